// What changes between two sets of arguments of a Release, path by path.
import type { DiffKind, DiffRequest, DiffResult } from "../../rpc/provider.ts";
import { deepEqual, isObject, type Properties, pathSteps, propertyPath, type Value } from "../../rpc/values.ts";
import { isIgnored, type Path } from "../diff.ts";
import { revealed, stated } from "./release.ts";

/** A release is found by these: another one is another release. */
const identity: ReadonlySet<string> = new Set(["name", "namespace"]);

type Detailed = Record<string, { kind: DiffKind; inputDiff: boolean }>;

const compare = (
  path: Path,
  before: Value | undefined,
  after: Value | undefined,
  found: (path: Path) => void,
): void => {
  if (deepEqual(before, after)) return;
  if (!isObject(before) || !isObject(after)) {
    found(path);
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare([...path, key], before[key], after[key], found);
};

const at = (value: Value, path: Path): Value | undefined =>
  path.reduce<Value | undefined>((current, key) => (isObject(current) ? current[key] : undefined), value);

/** Inputs that the state was made of, as either plugin wrote them. */
const inputsOfState = (state: Properties): Value => revealed(state["__inputs"] ?? {});

const plainInputs = (inputs: Value): Properties => (isObject(inputs) ? stated(inputs) : {});

export const diffRelease = ({ olds, news, ignoreChanges }: DiffRequest): DiffResult => {
  const [before, after] = [plainInputs(inputsOfState(olds)), plainInputs(revealed(news))];
  const ignore = ignoreChanges.map(pathSteps);
  const detailed: Detailed = {};
  compare([], before, after, (path) => {
    if (isIgnored(path, ignore)) return;
    const change = at(before, path) === undefined ? "add" : at(after, path) === undefined ? "delete" : "update";
    const kind: DiffKind = identity.has(String(path[0])) ? `${change}-replace` : change;
    detailed[propertyPath(path)] = { kind, inputDiff: true };
  });
  const replaces = Object.keys(detailed).filter((path) => detailed[path]?.kind.endsWith("-replace"));
  return {
    changes: Object.keys(detailed).length > 0,
    detailed,
    diffs: [...new Set(Object.keys(detailed).map((path) => String(pathSteps(path)[0])))],
    replaces,
    // Both would own the chart's cluster-wide objects.
    deleteBeforeReplace: replaces.length > 0,
  };
};
