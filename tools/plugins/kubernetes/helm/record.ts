// Helm's own record of a release: one Secret per revision, which holds everything that was installed.
import { gunzipSync } from "node:zlib";
import { parseAllDocuments } from "yaml";
import { isObject, listAt, numberAt, type Properties, stringAt, type Value } from "../../rpc/values.ts";
import { isNotFound } from "../client.ts";
import type { Cluster } from "../cluster.ts";
import { apiVersion, identityOf, type KubeObject, nameOf, namespaceOf } from "../object.ts";
import { ownerLabel, type Release } from "./release.ts";

export interface ReleaseRecord {
  readonly revision: number;
  /** deployed, failed, pending-install, pending-upgrade, uninstalling, ... */
  readonly status: string;
  /** Label of the resource that made it; undefined where somebody else did. */
  readonly owner: string | undefined;
  /** Name of the Secret. */
  readonly secret: string;
  /** Values that the release was given. */
  readonly values: Properties;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
  readonly description: string;
  readonly objects: readonly KubeObject[];
  /** Objects of the chart's hooks. */
  readonly hooks: readonly KubeObject[];
}

/** All documents of a manifest that are objects. */
export const objectsOf = (manifest: string): KubeObject[] =>
  parseAllDocuments(manifest)
    .map((document) => (document as { toJS(): Value }).toJS())
    .filter((value): value is KubeObject => isObject(value) && stringAt(value, "kind") !== undefined);

/** What helm wrote: JSON, zipped, in base64, and once more in base64 as in every Secret. */
const decode = (secret: Properties): Properties => {
  const inner = Buffer.from(stringAt(secret, "data", "release") ?? "", "base64").toString("latin1");
  return JSON.parse(gunzipSync(Buffer.from(inner, "base64")).toString("utf8")) as Properties;
};

const read = (secret: Properties): ReleaseRecord => {
  const release = decode(secret);
  const hooks = listAt(release, "hooks").map((hook) => stringAt(hook, "manifest") ?? "");
  const config = release["config"];
  const chart = (key: string): string => stringAt(release, "chart", "metadata", key) ?? "";
  return {
    revision: numberAt(release, "version") ?? 0,
    status: stringAt(release, "info", "status") ?? "unknown",
    owner: stringAt(secret, "metadata", "labels", ownerLabel),
    secret: nameOf(secret),
    values: isObject(config) ? config : {},
    chart: { name: chart("name"), version: chart("version"), appVersion: chart("appVersion") },
    description: stringAt(release, "info", "description") ?? "",
    objects: objectsOf(stringAt(release, "manifest") ?? ""),
    hooks: hooks.flatMap(objectsOf),
  };
};

const revisionOf = (secret: Properties): number => Number(stringAt(secret, "metadata", "labels", "version") ?? 0);

/** The last revision, or undefined where there is no such release. */
export const lastRecord = async (cluster: Cluster, { namespace, name }: Pick<Release, "name" | "namespace">) => {
  const secrets = await cluster.list(`/api/v1/namespaces/${namespace}/secrets`, {
    labelSelector: `owner=helm,name=${name}`,
  });
  const [last] = secrets.sort((a, b) => revisionOf(b) - revisionOf(a));
  return last && read(last);
};

/** A run that was killed leaves its release "pending", and helm refuses to touch one. */
export const isInterrupted = ({ status }: ReleaseRecord): boolean => /^(pending-|uninstalling$)/.test(status);

/** Takes back the revision that was never finished; the objects stay, and the next attempt adopts them. */
export const forget = async (cluster: Cluster, namespace: string, { secret }: ReleaseRecord): Promise<void> => {
  const identity = { group: "", version: "v1", kind: "Secret" };
  await cluster.delete({ identity, namespace, name: secret }, "Background").catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
};

/** Names by `Kind.group/apiVersion`, as the official plugin lists them. */
export const resourceNames = (objects: readonly KubeObject[]): Properties => {
  const result: Record<string, Set<string>> = {};
  for (const object of objects) {
    const identity = identityOf(object);
    const kind = identity.group === "" ? identity.kind : `${identity.kind}.${identity.group}`;
    const key = `${kind}/${apiVersion(identity)}`;
    const namespace = namespaceOf(object);
    result[key] = (result[key] ?? new Set()).add(namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`);
  }
  return Object.fromEntries(Object.entries(result).map(([key, names]) => [key, [...names].sort()]));
};
