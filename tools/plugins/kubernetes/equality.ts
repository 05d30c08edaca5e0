// When two spellings mean the same to the API server: quantities, omitted empties, numbers written as text.
import { deepEqual, isObject, type Value } from "../rpc/values.ts";

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const quantity = (value: Value): number | undefined => {
  if (typeof value === "number") return value;
  const match =
    typeof value === "string"
      ? /^([+-]?\d*\.?\d+|[+-]?\d+\.)(?:[eE]([+-]?\d+)|([KMGTPE]i|[numkMGTPE])?)$/.exec(value)
      : null;
  if (!match) return undefined;
  const factor = match[2] === undefined ? suffixes[match[3] ?? ""] : 10 ** Number(match[2]);
  return factor === undefined ? undefined : Number(match[1]) * factor;
};

const close = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

const sameQuantity = (a: Value, b: Value): boolean => {
  const [left, right] = [quantity(a), quantity(b)];
  return left !== undefined && right !== undefined && close(left, right);
};

/** Fields whose values are quantities, by the name of the field or of the map that holds them. */
const quantityFields: ReadonlySet<string> = new Set(["sizeLimit", "divisor", "averageValue", "memoryLimit"]);
const quantityMaps: ReadonlySet<string> = new Set([
  "allocatable",
  "capacity",
  "default",
  "defaultRequest",
  "hard",
  "limits",
  "max",
  "maxLimitRequestRatio",
  "min",
  "overhead",
  "podFixed",
  "requests",
]);

const isQuantity = (path: readonly (string | number)[]): boolean => {
  const [map, field] = [path.at(-2), path.at(-1)];
  return (typeof field === "string" && quantityFields.has(field)) || (typeof map === "string" && quantityMaps.has(map));
};

/** Values that the API server leaves out when it stores an object. */
export const isEmpty = (value: Value | undefined): boolean => {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
};

/** Equal to the API server wherever the path says so; elsewhere equal to the letter. */
export const sameAt = (path: readonly (string | number)[], a: Value | undefined, b: Value | undefined): boolean => {
  if (deepEqual(a, b)) return true;
  if (a === undefined || b === undefined) return isEmpty(a) && isEmpty(b);
  return isQuantity(path) && sameQuantity(a, b);
};

/** What the server may have made of a written value when it stored it: the same quantity, number or time. */
export const storedAs = (written: Value | undefined, stored: Value | undefined): boolean => {
  if (deepEqual(written, stored)) return true;
  if (stored === undefined) return isEmpty(written);
  if (written === undefined || isObject(written) || Array.isArray(written)) return false;
  if (sameQuantity(written, stored)) return true;
  if (typeof written === "string" && typeof stored === "string") {
    const [left, right] = [Date.parse(written), Date.parse(stored)];
    return /^\d{4}-\d\d-\d\dT/.test(written) && left === right;
  }
  return String(written) === String(stored);
};
