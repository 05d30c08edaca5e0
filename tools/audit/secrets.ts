// Every secret value of a stack: what the state and the configuration hold marked as one, cut into the pieces that give it away. Pure.
import { parse } from "yaml";
import { marked } from "../drift/state.ts";
import { nameOf } from "../engine/events.ts";
import type { Deployment, StateResource } from "../engine/pending.ts";
import { isObject, isSecret, type Value } from "../plugins/rpc/values.ts";
import { lowestLength } from "./forms.ts";
import { type Exemption, exemptionOf } from "./no-secret.ts";

export type Kind =
  | "generated value"
  | "hash"
  | "private key"
  | "Secret's data"
  | "configuration"
  | "passphrase"
  | "other";

export interface Secret {
  readonly kind: Kind;
  /** Resource and property, such as "RandomPassword postgres-superuser outputs.result". Never the value. */
  readonly name: string;
  /** Texts each of which gives it away: the value, or the lines of a private key. */
  readonly pieces: readonly string[];
}

export interface Found {
  readonly secrets: readonly Secret[];
  /** Values that are marked as secret and are not looked for, by the reason. */
  readonly leftOut: ReadonlyMap<Exemption | "too short", number>;
}

const secretType = "kubernetes:core/v1:Secret";

/** A value that is marked as secret. */
interface Leaf {
  readonly resource: string;
  readonly type: string;
  readonly path: readonly string[];
  readonly text: string;
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----([\s\S]*?)-----END [A-Z ]*PRIVATE KEY-----/g;

/** Full lines of each private key: those look the same however the key is indented, escaped or cut. */
const keyLines = (text: string): readonly string[] =>
  [...text.matchAll(privateKey)].flatMap(([, body = ""]) =>
    body
      .replaceAll("\\n", "\n")
      .split(/\s+/)
      .filter((line) => line.length >= 40),
  );

const fromBase64 = (text: string): string | undefined => {
  const bytes = Buffer.from(text, "base64");
  const decoded = bytes.toString();
  // What is no text stays as it is: its base64 is what would be seen.
  return Buffer.from(decoded).equals(bytes) && bytes.toString("base64") === text ? decoded : undefined;
};

/** A kubeconfig, a JSON document: undefined for a plain value. */
const structured = (text: string): Value | undefined => {
  if (!text.includes("\n") && !/^[{[]/.test(text)) return undefined;
  try {
    const value = parse(text) as Value;
    return isObject(value) || Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const leavesIn = (
  value: Value | undefined,
  path: readonly string[],
  visit: (path: readonly string[], text: string) => void,
  within = false,
): void => {
  if (isSecret(value)) leavesIn(value["value"], path, visit, true);
  else if (Array.isArray(value)) value.forEach((item, at) => void leavesIn(item, [...path, String(at)], visit, within));
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) leavesIn(member, [...path, key], visit, within);
  else if (within && typeof value === "string" && value !== "") visit(path, value);
};

const kindOf = ({ type, path }: Leaf): Kind => {
  if (path.at(-1) === "bcryptHash") return "hash";
  if (type.startsWith("random:")) return "generated value";
  if (type === secretType) return "Secret's data";
  return type === "configuration" ? "configuration" : "other";
};

/** In a document that is secret as a whole, the members that make it so. */
const tellsSecret = /pass(word|wd|phrase)?$|secret|token|credential|private|key(-data)?$/i;

export class Collection {
  readonly #pieces = new Map<string, Secret>();
  readonly #leftOut = new Map<Exemption | "too short", Set<string>>();

  #leaveOut(reason: Exemption | "too short", text: string): void {
    this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? new Set()).add(text));
  }

  #keep(secret: Secret): void {
    const key = secret.pieces.join("\n");
    // The generated value is the better name for what the Secret, the outputs and the URLs repeat.
    const known = this.#pieces.get(key);
    if (known === undefined || (known.kind !== "generated value" && secret.kind === "generated value"))
      this.#pieces.set(key, secret);
  }

  add(leaf: Leaf): void {
    const { resource, type, path, text } = leaf;
    const name = `${resource} ${path.join(".")}`.trim();
    const isCoded = type === secretType || /-data$/.test(path.at(-1) ?? "");
    const value = (isCoded ? fromBase64(text) : undefined) ?? text;
    const document = structured(value);
    const lines = keyLines(value);
    const exempt = exemptionOf({ type, path, text: value });
    if (lines.length > 0 && document === undefined) this.#keep({ kind: "private key", name, pieces: lines });
    else if (exempt !== undefined) this.#leaveOut(exempt, value);
    else if (document !== undefined && this.#addMembers(document, leaf)) return;
    else if (value.length < lowestLength) this.#leaveOut("too short", value);
    else this.#keep({ kind: kindOf(leaf), name, pieces: [value] });
  }

  /** @returns whether the document has members that make it secret; if not, it is one as a whole. */
  #addMembers(document: Value, { resource, type, path }: Leaf): boolean {
    let found = false;
    // A Secret's members are not in base64 once more.
    const inner = type === secretType ? "document" : type;
    const visit = (at: readonly string[], text: string): void => {
      if (!tellsSecret.test(at.at(-1) ?? "") && structured(text) === undefined) return;
      found = true;
      this.add({ resource, type: inner, path: at, text });
    };
    leavesIn(document, path, visit, true);
    return found;
  }

  /** Everything that a state with its secrets in clear has marked. */
  addState({ resources = [] }: Deployment): void {
    for (const resource of resources)
      for (const part of ["inputs", "outputs"] as const)
        leavesIn(marked((resource[part] ?? {}) as Value), [part], (path, text) =>
          this.add({ resource: labelOf(resource), type: resource.type, path, text }),
        );
  }

  addPassphrase(text: string): void {
    this.#keep({ kind: "passphrase", name: "passphrase of the state", pieces: [text.trim()] });
  }

  /** `pulumi config --json --show-secrets`. */
  addConfiguration(values: Readonly<Record<string, { readonly value?: string; readonly secret?: boolean }>>): void {
    for (const [key, { value, secret }] of Object.entries(values))
      if (secret === true && value !== undefined)
        this.add({ resource: "configuration", type: "configuration", path: [key], text: value });
  }

  /** Secrets of the cluster that the program did not make: those of operators and of the API server. */
  addLive(secrets: readonly { readonly name: string; readonly data: Readonly<Record<string, string>> }[]): void {
    for (const { name, data } of secrets)
      for (const [key, text] of Object.entries(data))
        this.add({ resource: `live Secret ${name}`, type: secretType, path: ["data", key], text });
  }

  get found(): Found {
    return {
      secrets: [...this.#pieces.values()],
      leftOut: new Map([...this.#leftOut].map(([reason, values]) => [reason, values.size])),
    };
  }
}

/** "RandomPassword postgres-superuser". */
export const labelOf = ({ type, urn }: Pick<StateResource, "type" | "urn">): string =>
  `${type.split(":").at(-1)} ${nameOf(urn)}`;
