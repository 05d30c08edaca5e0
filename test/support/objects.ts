// Compares what the API server has of ours with what the state says we made. Pure.
import { labels } from "../../names.ts";
import type { StateResource } from "../../tools/engine/pending.ts";
import { identityOfType, parseId } from "../../tools/plugins/kubernetes/object.ts";
import { isObject, listAt, type Properties, stringAt } from "../../tools/plugins/rpc/values.ts";

/** One object of the API server, as far as the comparison needs it. */
export interface Seen {
  /** `apps/Deployment/namespace/name`: without the version, because the API server serves one object under several. */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The engine's plugin wrote it, or it carries the program's label, and no controller made it. */
  readonly ours: boolean;
}

const keyOf = (group: string, kind: string, namespace: string, name: string): string =>
  `${group}/${kind}/${namespace}/${name}`;

/** Copies of an object's labels that a controller made without saying who owns it. */
const copies: ReadonlySet<string> = new Set([
  "Endpoints",
  "EndpointSlice",
  "PersistentVolumeClaim",
  "Pod",
  "ReplicaSet",
]);

export const seen = (group: string, kind: string, object: Properties): Seen => {
  const applied = listAt(object, "metadata", "managedFields").some(
    (entry) => isObject(entry) && String(entry["manager"]).startsWith("pulumi-kubernetes"),
  );
  const label = stringAt(object, "metadata", "labels", labels.managedBy);
  const owned = listAt(object, "metadata", "ownerReferences").length > 0;
  return {
    key: keyOf(
      group,
      kind,
      stringAt(object, "metadata", "namespace") ?? "",
      stringAt(object, "metadata", "name") ?? "",
    ),
    uid: stringAt(object, "metadata", "uid") ?? "",
    resourceVersion: stringAt(object, "metadata", "resourceVersion") ?? "",
    ours: applied || (label === "pulumi" && !owned && !copies.has(kind)),
  };
};

/** Keys of the objects that a state holds. */
export const stateKeys = (resources: readonly StateResource[]): string[] =>
  resources.flatMap(({ type, id }) => {
    if (!type.startsWith("kubernetes:")) return [];
    const { group, kind } = identityOfType(type);
    const { namespace, name } = parseId(id ?? "");
    return [keyOf(group, kind, namespace, name)];
  });

export interface Comparison {
  /** In the API server, ours, and in no state. */
  readonly leftOver: readonly string[];
  /** In the state, and not in the API server. */
  readonly missing: readonly string[];
  /** In the state more than once. */
  readonly twice: readonly string[];
}

export const compare = (objects: readonly Seen[], resources: readonly StateResource[]): Comparison => {
  const keys = stateKeys(resources);
  const known = new Set(keys);
  const there = new Set(objects.map(({ key }) => key));
  return {
    leftOver: objects.filter(({ ours, key }) => ours && !known.has(key)).map(({ key }) => key),
    missing: keys.filter((key) => !there.has(key)),
    twice: keys.filter((key, index) => keys.indexOf(key) !== index),
  };
};
