// What the stack wants of its cluster: the Kubernetes objects of an exported state, and every secret value that must not be shown.
import { normalize } from "../plugins/kubernetes/normalize.ts";
import { identityOfType, type KubeObject, parseId } from "../plugins/kubernetes/object.ts";
import { isObject, isSecret, type Properties, plainObject, secret, type Value } from "../plugins/rpc/values.ts";

/** A resource as `pulumi stack export --show-secrets` writes it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  /** Left of a replacement that did not end: it is to be deleted. */
  readonly delete?: boolean;
  readonly external?: boolean;
  readonly inputs?: Properties;
}

export interface WantedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** As the API server stores it; without secret marks. */
  readonly object: KubeObject;
}

export interface Wanted {
  readonly objects: readonly WantedObject[];
  /** Arguments of the provider that they belong to; undefined where the state has no objects. */
  readonly provider: Properties | undefined;
  /** Every text that the program marked as secret, also as base64. */
  readonly secrets: ReadonlySet<string>;
}

const signature = "4dabf18193072939515e22adb298388d";

/** The export's form of a secret (JSON in `plaintext`) to the marked value that the plugins know. */
export const marked = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(marked);
  if (!isObject(value)) return value;
  if (typeof value[signature] === "string" && typeof value["plaintext"] === "string")
    return secret(JSON.parse(value["plaintext"]) as Value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, marked(member)]));
};

/** Shorter ones are in every other word. */
const lowestLength = 4;

const collect = (value: Value | undefined, isHidden: boolean, found: Set<string>): void => {
  if (isSecret(value)) collect(value.value, true, found);
  else if (Array.isArray(value)) for (const item of value) collect(item, isHidden, found);
  else if (isObject(value)) for (const member of Object.values(value)) collect(member, isHidden, found);
  else if (isHidden && typeof value === "string" && value.length >= lowestLength) {
    found.add(value);
    found.add(Buffer.from(value).toString("base64"));
  }
};

/** Kinds that the API server keeps no object of, or that are made of several. */
const hasObject = (type: string): boolean =>
  type.startsWith("kubernetes:") &&
  !/^kubernetes:(helm\.sh|yaml|kustomize)[:/]/.test(type) &&
  !/(List|Patch)$/.test(type);

export const wantedOf = (resources: readonly ExportedResource[]): Wanted => {
  const secrets = new Set<string>();
  const objects: WantedObject[] = [];
  let provider: string | undefined;
  const inputs = new Map(resources.map((resource) => [resource, marked(resource.inputs ?? {}) as Properties]));
  // Theirs are files: a GitOps engine delivers the objects, and puts them right by itself.
  const rendering = new Set(
    [...inputs]
      .filter(([{ type }, properties]) => type === "pulumi:providers:kubernetes" && properties["renderYamlToDirectory"])
      .map(([{ urn, id }]) => `${urn}::${id}`),
  );
  for (const [resource, properties] of inputs) {
    collect(properties, false, secrets);
    if (rendering.has(resource.provider ?? "")) continue;
    if (!hasObject(resource.type) || resource.delete === true || resource.external === true) continue;
    provider ??= resource.provider;
    const { kind } = identityOfType(resource.type);
    const { namespace, name } = parseId(resource.id ?? "");
    objects.push({ kind, namespace, name, object: normalize(plainObject(properties)) });
  }
  const owner = [...inputs].find(([{ urn, id }]) => `${urn}::${id}` === provider);
  return { objects, provider: owner && plainObject(owner[1]), secrets };
};
