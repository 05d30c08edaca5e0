// The inputs as the cluster has them: the live object in the shape of the old inputs, for refresh, get and import.
import { deepEqual, isObject, type Properties, type Value } from "../rpc/values.ts";
import { isEmpty, sameAt, storedAs } from "./equality.ts";
import { type KubeObject, withMetadata, withoutServerMetadata } from "./object.ts";

type Path = readonly (string | number)[];

const merge = (path: Path, written: Value, live: Value | undefined): Value | undefined => {
  if (live === undefined || live === null) return isEmpty(written) ? written : undefined;
  if (isObject(written) && isObject(live)) {
    const result: Properties = {};
    for (const [key, value] of Object.entries(written)) {
      const merged = merge([...path, key], value, live[key]);
      if (merged !== undefined) result[key] = merged;
    }
    return result;
  }
  if (Array.isArray(written) && Array.isArray(live)) {
    return written.flatMap((item, i) => {
      const merged = merge([...path, i], item, live[i]);
      return merged === undefined ? [] : [merged];
    });
  }
  if (deepEqual(written, live) || sameAt(path, written, live) || storedAs(written, live)) return written;
  return live;
};

/** What the old inputs would be if they described the live object. Spellings that mean the same stay as they were written. */
export const liveInputs = (oldInputs: KubeObject, live: KubeObject): KubeObject =>
  (merge([], oldInputs, live) ?? {}) as KubeObject;

/** Inputs of an object that no program declared yet: all of it but what only servers write. */
export const inputsOfLive = (live: KubeObject): KubeObject => {
  const { status: _status, ...rest } = withoutServerMetadata(live);
  const written = rest["metadata"];
  const notes = isObject(written) && isObject(written["annotations"]) ? written["annotations"] : undefined;
  if (!notes) return rest;
  const {
    "deployment.kubernetes.io/revision": _revision,
    "kubectl.kubernetes.io/last-applied-configuration": _applied,
    ...kept
  } = notes;
  return withMetadata(rest, "annotations", Object.keys(kept).length > 0 ? kept : undefined);
};
