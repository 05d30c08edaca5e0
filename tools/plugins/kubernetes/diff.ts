// What changes between the object as it is and the object as it is wanted: compared field by field, in the shape of the inputs.
import type { DiffKind } from "../rpc/provider.ts";
import { deepEqual, isObject, isUnknown, type Properties, pathSteps, propertyPath, type Value } from "../rpc/values.ts";
import { isEmpty, sameAt, storedAs } from "./equality.ts";
import type { ForceNew } from "./force-new.ts";

export interface DiffInput {
  /** Inputs of the last run, normalised. */
  readonly oldInputs: Properties;
  /** Object as the server last returned it. */
  readonly live: Properties;
  /** Inputs of this run, normalised; unknown values are their placeholders. */
  readonly newInputs: Properties;
  readonly forceNew: ForceNew;
  readonly ignoreChanges?: readonly string[];
}

export type DetailedDiff = Record<string, { kind: DiffKind; inputDiff?: boolean }>;

export type Path = readonly (string | number)[];
type Change = "add" | "delete" | "update";

export const isIgnored = (path: Path, ignore: readonly Path[]): boolean =>
  ignore.some((prefix) => prefix.length <= path.length && prefix.every((step, i) => step === "*" || step === path[i]));

export const diffObjects = ({ oldInputs, live, newInputs, forceNew, ignoreChanges }: DiffInput): DetailedDiff => {
  const result: DetailedDiff = {};
  const ignore = (ignoreChanges ?? []).map(pathSteps);

  const record = (path: Path, change: Change, value: Value | undefined): void => {
    if (isIgnored(path, ignore)) return;
    const kind: DiffKind = forceNew(path, value) ? `${change}-replace` : change;
    result[propertyPath(path)] = { kind, ...(change === "delete" && { inputDiff: true }) };
  };

  const compare = (path: Path, wanted: Value | undefined, before: Value | undefined, now: Value | undefined): void => {
    if (wanted === undefined || wanted === null) {
      // Not in the inputs: the server's own business, unless the last inputs put it there.
      if (before === undefined || before === null || now === undefined || isEmpty(before)) return;
      record(path, "delete", before);
    } else if (isUnknown(wanted)) {
      record(path, now === undefined ? "add" : "update", wanted);
    } else if (now === undefined || now === null) {
      if (!isEmpty(wanted)) record(path, "add", wanted);
    } else if (isObject(wanted) && isObject(now)) {
      const old = isObject(before) ? before : {};
      for (const key of new Set([...Object.keys(wanted), ...Object.keys(old)])) {
        compare([...path, key], wanted[key], old[key], now[key]);
      }
    } else if (Array.isArray(wanted) && Array.isArray(now)) {
      const old = Array.isArray(before) ? before : [];
      for (let i = 0; i < Math.max(wanted.length, old.length); i++) {
        compare([...path, i], wanted[i], old[i], now[i]);
      }
    } else if (!sameAt(path, wanted, now)) {
      // The server stores some values in another spelling; only what was written tells whether the program changed.
      if (deepEqual(wanted, before) && storedAs(wanted, now)) return;
      record(path, "update", wanted);
    }
  };

  compare([], newInputs, oldInputs, live);
  return result;
};

export const replaces = (diff: DetailedDiff): string[] =>
  Object.entries(diff)
    .filter(([, { kind }]) => kind.endsWith("-replace"))
    .map(([path]) => path);
