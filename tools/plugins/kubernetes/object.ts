// Kubernetes objects as plain data: identity, names, annotations.
import { at, isObject, listAt, type Properties, stringAt, type Value } from "../rpc/values.ts";

export type KubeObject = Properties;

export interface Identity {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** `kubernetes:apps/v1:Deployment` -> apps, v1, Deployment. */
export const identityOfType = (type: string): Identity => {
  const [, module = "", kind = ""] = type.split(":");
  const [group = "", version = ""] = module.split("/");
  return { group: group === "core" ? "" : group, version, kind };
};

/** Identity that the object itself states. */
export const identityOf = (object: KubeObject): Identity => {
  const parts = (stringAt(object, "apiVersion") ?? "").split("/");
  const group = parts.length > 1 ? (parts[0] ?? "") : "";
  return {
    group: group === "core" ? "" : group,
    version: parts.at(-1) ?? "",
    kind: stringAt(object, "kind") ?? "",
  };
};

export const apiVersion = ({ group, version }: Identity): string => (group === "" ? version : `${group}/${version}`);

export const nameOf = (object: KubeObject): string => stringAt(object, "metadata", "name") ?? "";
export const namespaceOf = (object: KubeObject): string => stringAt(object, "metadata", "namespace") ?? "";
export const uidOf = (object: KubeObject): string => stringAt(object, "metadata", "uid") ?? "";

/** `namespace/name`, or `name` of a cluster-scoped object: the resource's id. */
export const idOf = (object: KubeObject): string =>
  namespaceOf(object) === "" ? nameOf(object) : `${namespaceOf(object)}/${nameOf(object)}`;

export const parseId = (id: string): { namespace: string; name: string } => {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: "", name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
};

/** The object with one metadata field set; undefined takes it away. */
export const withMetadata = (object: KubeObject, field: string, value: Value | undefined): KubeObject => {
  const metadata = at(object, "metadata");
  const changed: Properties = isObject(metadata) ? { ...metadata } : {};
  if (value === undefined) delete changed[field];
  else changed[field] = value;
  return { ...object, metadata: changed };
};

export const annotations = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  waitFor: "pulumi.com/waitFor",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  replaceUnready: "pulumi.com/replaceUnready",
  patchForce: "pulumi.com/patchForce",
  fieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
} as const;

export const annotation = (object: KubeObject, key: string): string | undefined =>
  stringAt(object, "metadata", "annotations", key);

export const hasAnnotation = (object: KubeObject, key: string): boolean => annotation(object, key) === "true";

export const withAnnotation = (object: KubeObject, key: string, value: string): KubeObject => {
  const current = at(object, "metadata", "annotations");
  return withMetadata(object, "annotations", { ...(isObject(current) ? current : {}), [key]: value });
};

/** True if a condition of that type has status "True". */
export const condition = (object: KubeObject, type: string): KubeObject | undefined =>
  listAt(object, "status", "conditions")
    .filter(isObject)
    .find((entry) => entry["type"] === type);

export const conditionTrue = (object: KubeObject, type: string): boolean =>
  condition(object, type)?.["status"] === "True";

/** Metadata that only the API server writes. */
const serverMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
] as const;

export const withoutServerMetadata = (object: KubeObject): KubeObject =>
  isObject(at(object, "metadata"))
    ? serverMetadata.reduce((result, field) => withMetadata(result, field, undefined), object)
    : object;
