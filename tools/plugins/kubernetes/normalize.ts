// The form in which inputs are compared and sent: as the API server stores them.
import { at, isObject, isUnknown, type Properties } from "../rpc/values.ts";
import { identityOf, type KubeObject, withoutServerMetadata } from "./object.ts";

const renames: readonly (readonly [string, string])[] = [
  "embedded_resource",
  "int_or_string",
  "list_map_keys",
  "list_type",
  "map_type",
  "preserve_unknown_fields",
  "validations",
].map((name) => [`x_kubernetes_${name}`, `x-kubernetes-${name.replaceAll("_", "-")}`] as const);

const rename = <T>(value: T, names: ReadonlyMap<string, string>): T => {
  if (Array.isArray(value)) return value.map((item: unknown) => rename(item, names)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [names.get(key) ?? key, rename(member, names)]),
  ) as T;
};

const toDashes = new Map(renames);
const toUnderscores = new Map(renames.map(([a, b]) => [b, a] as const));

/** The SDK's names of x-kubernetes-* fields cannot hold dashes; the API's do. */
export const dashed = (object: KubeObject): KubeObject => rename(object, toDashes);
export const underscored = (object: KubeObject): KubeObject => rename(object, toUnderscores);

const secretData = (object: KubeObject): KubeObject => {
  const written = at(object, "stringData");
  if (!isObject(written)) return object;
  const { stringData: _written, ...rest } = object;
  const data: Properties = { ...(isObject(rest["data"]) ? rest["data"] : {}) };
  for (const [key, value] of Object.entries(written)) {
    data[key] = typeof value === "string" && !isUnknown(value) ? Buffer.from(value).toString("base64") : value;
  }
  return { ...rest, data };
};

/** Inputs without secret marks -> the object to compare and to send. A Secret's stringData becomes data. */
export const normalize = (inputs: KubeObject): KubeObject => {
  const object = withoutServerMetadata(dashed(inputs));
  const { group, kind } = identityOf(object);
  if (group === "" && kind === "Secret") return secretData(object);
  if (group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition") {
    const { status: _status, ...rest } = object;
    return rest;
  }
  return object;
};
