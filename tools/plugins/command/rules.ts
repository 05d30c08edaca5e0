// Inputs of a Command and what a change of them means, as pure functions.
import type { CheckFailure, CheckResult, DiffKind, DiffResult } from "../rpc/provider.ts";
import { containsUnknown, deepEqual, isObject, isUnknown, type Properties, plain, type Value } from "../rpc/values.ts";

type Shape = "string" | "boolean" | "strings" | "map" | "any";

const shapes: Readonly<Record<string, Shape>> = {
  addPreviousOutputInEnv: "boolean",
  create: "string",
  delete: "string",
  dir: "string",
  environment: "map",
  interpreter: "strings",
  logging: "string",
  stdin: "string",
  triggers: "any",
  update: "string",
};

const loggings: readonly unknown[] = ["stdout", "stderr", "stdoutAndStderr", "none"];

const fits = (value: Value, shape: Shape): boolean => {
  if (isUnknown(value) || shape === "any") return true;
  if (shape === "strings") return Array.isArray(value) && value.every((item) => typeof item === "string");
  if (shape === "map") return isObject(value) && Object.values(value).every((item) => typeof item === "string");
  return typeof value === shape;
};

/** Refuses what the plugin does not know, so that an option is never silently without effect. */
export const commandInputs = (news: Properties): CheckResult => {
  const failures: CheckFailure[] = [];
  const inputs: Properties = {};
  for (const [key, value] of Object.entries(news)) {
    if (value === null || value === undefined) continue;
    inputs[key] = value;
    const [shape, data] = [shapes[key], plain(value)];
    if (shape === undefined) {
      const allowed = Object.keys(shapes).join(", ");
      failures.push({ property: key, reason: `the offline command plugin does not know it; it knows ${allowed}` });
    } else if (!fits(data, shape)) {
      failures.push({ property: key, reason: `must be ${shape === "map" ? "a map of strings" : `a ${shape}`}` });
    } else if (key === "logging" && !isUnknown(data) && !loggings.includes(data)) {
      failures.push({ property: key, reason: `must be one of ${loggings.join(", ")}, not ${JSON.stringify(data)}` });
    }
  }
  return { inputs, failures };
};

const walk = (
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  found: Map<string, DiffKind>,
): void => {
  if (deepEqual(before, after)) return;
  if (before === undefined) found.set(path, "add");
  else if (after === undefined) found.set(path, "delete");
  else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk(/[."[\]]/.test(key) ? `${path}["${key}"]` : `${path}.${key}`, before[key], after[key], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) walk(`${path}[${i}]`, before[i], after[i], found);
  } else found.set(path, "update");
};

/** A changed trigger replaces; any other change updates. An unknown value counts as changed. */
export const diffCommand = (olds: Properties, news: Properties): DiffResult => {
  const detailed: Record<string, { kind: DiffKind; inputDiff: boolean }> = {};
  for (const key of Object.keys(shapes)) {
    const found = new Map<string, DiffKind>();
    const [before, after] = [olds[key], news[key]].map((value) =>
      value === null || value === undefined ? undefined : plain(value),
    );
    if (after !== undefined && containsUnknown(after) && typeof after === "string")
      found.set(key, before === undefined ? "add" : "update");
    else walk(key, before, after, found);
    for (const [path, kind] of found) {
      detailed[path] = { kind: key === "triggers" ? (`${kind}-replace` as DiffKind) : kind, inputDiff: true };
    }
  }
  return {
    changes: Object.keys(detailed).length > 0,
    detailed,
    replaces: Object.keys(detailed).filter((path) => detailed[path]?.kind.endsWith("-replace")),
  };
};
