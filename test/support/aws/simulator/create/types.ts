// How one type of resource is made in an account: the calls that its provider makes, with the parameters the program gave.
import type { Created } from "../../../../../tools/plan/record.ts";
import type { Account, Fields } from "../account.ts";

export type Create = (account: Account, inputs: Fields, name: string) => Promise<Created>;

/** Type token to how it is made. */
export type Creators = Readonly<Record<string, Create>>;

export const text = (value: unknown): string => String(value);

export const record = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};

export const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

/** Without the keys that have no value. */
export const given = (fields: Fields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Tags as most services take them. */
export const tagList = (inputs: Fields) =>
  Object.entries(record(inputs["tags"])).map(([Key, Value]) => ({ Key, Value }));

/** A camel-case object of the provider's as the service spells it, deep: `volumeSize` to `VolumeSize`. */
export const pascal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, pascal(child)]),
  );
};

/** Its name; where the program leaves it to the engine, as the engine would: with seven digits of its own. */
export const nameOf = (inputs: Fields, name: string, key = "name"): string =>
  inputs[key] === undefined ? `${name}-0123456` : text(inputs[key]);
