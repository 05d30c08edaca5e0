// Kubeconfigs as data: one context cut out of a file, with everything it needs inside.
import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { parse, stringify } from "yaml";
import { UserError } from "../../lib/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface KubeconfigSource {
  /** Where the text came from, for error messages. */
  readonly file: string;
  /** Folder that relative paths in it start from. */
  readonly folder: string;
  /** Reads a file that the kubeconfig points to. */
  readonly read: (file: string) => Buffer;
}

export interface OneContext {
  /** Kubeconfig with that context only, and it is the current one. */
  readonly kubeconfig: string;
  /** Address of the API server. */
  readonly server: string;
  /** The same for every credential of one cluster: a hash of its address and its CA. */
  readonly identity: string;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const entries = (document: Fields, list: string): readonly Fields[] => {
  const value = document[list];
  return Array.isArray(value) ? value.filter(isFields) : [];
};

const named = (document: Fields, list: string, kind: string, name: unknown): Fields | undefined => {
  const found = entries(document, list).find((entry) => entry["name"] === name)?.[kind];
  return isFields(found) ? found : undefined;
};

/** Names of the contexts of a parsed kubeconfig. */
const contextNames = (document: Fields): string[] =>
  entries(document, "contexts").map((entry) => String(entry["name"]));

const parseKubeconfig = (text: string, file: string): Fields => {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  if (!isFields(document) || contextNames(document).length === 0)
    throw new UserError(`${file} is not a kubeconfig: it has no contexts.`);
  return document;
};

/** File references become data, because the copy lives elsewhere than the original. */
const embed = (fields: Fields, keys: readonly string[], source: KubeconfigSource): Fields => {
  const result: Record<string, unknown> = { ...fields };
  for (const key of keys) {
    const path = result[key];
    if (typeof path !== "string") continue;
    delete result[key];
    const file = isAbsolute(path) ? path : join(source.folder, path);
    try {
      result[`${key}-data`] ??= source.read(file).toString("base64");
    } catch {
      throw new UserError(`${source.file} points to ${file} (${key}), which cannot be read.`);
    }
  }
  return result;
};

/**
 * One context of a kubeconfig.
 *
 * @throws UserError that lists the contexts there are.
 */
export const oneContext = (text: string, context: string, source: KubeconfigSource): OneContext => {
  const document = parseKubeconfig(text, source.file);
  const chosen = named(document, "contexts", "context", context);
  if (!chosen)
    throw new UserError(
      `${source.file} has no context "${context}". It has: ${contextNames(document).join(", ")}.\n` +
        "Set cluster.context in the stack file to one of them.",
    );
  const cluster = named(document, "clusters", "cluster", chosen["cluster"]);
  if (!cluster || typeof cluster["server"] !== "string")
    throw new UserError(
      `${source.file}: context "${context}" names the cluster "${chosen["cluster"]}", which is not there.`,
    );
  const user = named(document, "users", "user", chosen["user"]);
  const wholeCluster = embed(cluster, ["certificate-authority"], source);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [{ name: chosen["cluster"], cluster: wholeCluster }],
    contexts: [{ name: context, context: chosen }],
    users: user ? [{ name: chosen["user"], user: embed(user, ["client-certificate", "client-key"], source) }] : [],
  };
  return {
    kubeconfig: stringify(kubeconfig, { lineWidth: 0 }),
    server: cluster["server"],
    identity: createHash("sha256")
      .update(`${cluster["server"]}\0${wholeCluster["certificate-authority-data"] ?? ""}`)
      .digest("hex")
      .slice(0, 16),
  };
};

/** What a client needs to talk to the current context, as Node's TLS options take it. */
export interface Connection {
  readonly server: URL;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

const decoded = (value: unknown): Buffer | undefined =>
  typeof value === "string" ? Buffer.from(value, "base64") : undefined;

/** Connection of a kubeconfig's current context, as kind and kwok write it: client certificate, everything inside. */
export const connectionOf = (text: string): Connection => {
  const document = parseKubeconfig(text, "The cluster's kubeconfig");
  const context = named(document, "contexts", "context", document["current-context"]) ?? {};
  const cluster = named(document, "clusters", "cluster", context["cluster"]) ?? {};
  const user = named(document, "users", "user", context["user"]) ?? {};
  return {
    server: new URL(String(cluster["server"])),
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  };
};
