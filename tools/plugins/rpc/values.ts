// Property values as they travel between engine and plugin: JSON, with sentinels for secrets and for what a preview cannot know.

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** Placeholder of a string (or of anything untyped) that is not known during a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknowns: ReadonlySet<string> = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isUnknown = (value: Value | undefined): boolean => typeof value === "string" && unknowns.has(value);

export const isObject = (value: Value | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isSecret = (value: Value | undefined): value is Properties & { value: Value } =>
  isObject(value) && value[signature] === secretMark && "value" in value;

export const secret = (value: Value): Value => (isSecret(value) ? value : { [signature]: secretMark, value });

/** True if the value or anything in it matches. */
const some = (value: Value | undefined, test: (value: Value) => boolean): boolean => {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isObject(value) && Object.values(value).some((item) => some(item, test));
};

export const containsUnknown = (value: Value | undefined): boolean => some(value, isUnknown);
export const containsSecret = (value: Value | undefined): boolean => some(value, isSecret);

/** The same value without secret marks and without null members: plain data that a program would write. */
export const plain = (value: Value): Value => {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const result: Properties = {};
  for (const [key, member] of Object.entries(value)) if (member !== null) result[key] = plain(member);
  return result;
};

export const plainObject = (value: Properties): Properties => plain(value) as Properties;

export const deepEqual = (a: Value | undefined, b: Value | undefined): boolean => {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && deepEqual(a[key], b[key]));
};

/** The value at a path of object keys, or undefined. */
export const at = (value: Value | undefined, ...path: readonly string[]): Value | undefined => {
  let current = value;
  for (const key of path) {
    if (!isObject(current)) return undefined;
    current = current[key];
  }
  return current;
};

export const stringAt = (value: Value | undefined, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
};

export const numberAt = (value: Value | undefined, ...path: readonly string[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
};

export const listAt = (value: Value | undefined, ...path: readonly string[]): Value[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** A property path as the engine writes it: `spec.ports[0].port`, `metadata.labels["a.b/c"]`. */
export const propertyPath = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");

/** Steps of a property path as `propertyPath` and ignoreChanges write it; `*` stays a step of its own. */
export const pathSteps = (path: string): (string | number)[] => {
  const steps: (string | number)[] = [];
  for (const match of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) steps.push(match[1].replaceAll('\\"', '"'));
    else if (match[2] !== undefined) steps.push(match[2] === "*" ? "*" : Number(match[2]));
    else if (match[3] !== undefined) steps.push(match[3]);
  }
  return steps;
};
