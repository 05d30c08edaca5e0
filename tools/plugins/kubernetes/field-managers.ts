// Who owns which fields of an object, and how a plugin's own apply takes over what it once wrote by other means.
import { createHash } from "node:crypto";
import { isObject, listAt, type Properties, stringAt, type Value } from "../rpc/values.ts";
import { annotation, annotations, type KubeObject } from "./object.ts";

/** Managers whose fields belong to the program anyway: this provider before server-side apply, and `kubectl apply`. */
const ours: ReadonlySet<string> = new Set([
  "before-first-apply",
  "kubectl",
  "kubectl-client-side-apply",
  "pulumi-kubernetes",
  "pulumi-kubernetes.exe",
  "pulumi-resource-kubernetes",
]);

/** Name of the field manager of a resource: stable, so that a run that follows a killed one knows its own objects. */
export const fieldManager = (urn: string, inputs: KubeObject, stated?: string): string =>
  annotation(inputs, annotations.fieldManager) ??
  stated ??
  `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;

const managers = (live: KubeObject): Properties[] => listAt(live, "metadata", "managedFields").filter(isObject);

/** True if that manager applied the object. */
export const appliedBy = (live: KubeObject, manager: string): boolean =>
  managers(live).some((entry) => entry["manager"] === manager && entry["operation"] === "Apply");

const union = (a: Value | undefined, b: Value | undefined): Value => {
  if (!isObject(a)) return b ?? {};
  if (!isObject(b)) return a;
  const result: Properties = { ...a };
  for (const [key, value] of Object.entries(b)) result[key] = union(result[key], value);
  return result;
};

const foreign = (entry: Properties): boolean =>
  stringAt(entry, "subresource") !== undefined ||
  !ours.has(stringAt(entry, "manager") ?? "") ||
  (entry["operation"] === "Apply" && entry["manager"] !== "kubectl");

/**
 * managedFields in which `manager` owns what `ours` owned, or undefined if they own nothing. Without it a field that the
 * program drops would stay in the object, still owned by the manager that once created it.
 */
export const takeOver = (live: KubeObject, manager: string): Value[] | undefined => {
  const entries = managers(live);
  const taken = entries.filter((entry) => !foreign(entry) && entry["manager"] !== manager);
  if (taken.length === 0) return undefined;
  const own = entries.find((entry) => entry["manager"] === manager && entry["operation"] === "Apply");
  const fields = [...taken, ...(own ? [own] : [])].reduce<Value>((all, entry) => union(all, entry["fieldsV1"]), {});
  const apiVersion = stringAt(own, "apiVersion") ?? stringAt(live, "apiVersion") ?? "";
  return [
    ...entries.filter((entry) => entry !== own && !taken.includes(entry)),
    { manager, operation: "Apply", apiVersion, fieldsType: "FieldsV1", fieldsV1: fields },
  ];
};

/** Objects that no manager wrote down are older than server-side apply: the first apply takes them over. */
export const isUnmanaged = (live: KubeObject): boolean => managers(live).length === 0;
