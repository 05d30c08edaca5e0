// The random values themselves, from the system's generator.
import { randomBytes, randomInt, randomUUID } from "node:crypto";

export interface StringRules {
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** In place of the usual special characters; empty: the usual ones. */
  readonly overrideSpecial: string;
}

export const usualSpecial = "!@#$%&*()-_=+[]{}<>:?";
const lower = "abcdefghijklmnopqrstuvwxyz";
const numeric = "0123456789";

/** Why no string fits the rules, or undefined. */
export const ruleProblem = (rules: StringRules): { property: string; reason: string } | undefined => {
  const { length, minLower, minUpper, minNumeric, minSpecial } = rules;
  if (!Number.isInteger(length) || length < 1) {
    return { property: "length", reason: `must be a whole number of 1 or more, not ${length}` };
  }
  const least = minLower + minUpper + minNumeric + minSpecial;
  if (length < least) {
    return {
      property: "length",
      reason: `${length} is less than minLower + minUpper + minNumeric + minSpecial = ${least}`,
    };
  }
  if (rules.lower || rules.upper || rules.numeric || rules.special || least >= length) return undefined;
  return { property: "special", reason: "at least one of lower, upper, numeric and special must be true" };
};

const pick = (characters: string): string => characters[randomInt(characters.length)] ?? "";

const shuffled = (characters: readonly string[]): string[] => {
  const result = [...characters];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [result[i], result[j]] = [result[j] ?? "", result[i] ?? ""];
  }
  return result;
};

export const randomString = (rules: StringRules): string => {
  const special = rules.overrideSpecial === "" ? usualSpecial : rules.overrideSpecial;
  const sets = [
    { characters: numeric, allowed: rules.numeric, least: rules.minNumeric },
    { characters: lower, allowed: rules.lower, least: rules.minLower },
    { characters: lower.toUpperCase(), allowed: rules.upper, least: rules.minUpper },
    { characters: special, allowed: rules.special, least: rules.minSpecial },
  ];
  const required = sets.flatMap(({ characters, least }) => Array.from({ length: least }, () => pick(characters)));
  const any = sets.map(({ characters, allowed }) => (allowed ? characters : "")).join("");
  const rest = Array.from({ length: rules.length - required.length }, () => pick(any));
  return shuffled([...required, ...rest]).join("");
};

export const bytesOutputs = (length: number): { base64: string; hex: string } => {
  const bytes = randomBytes(length);
  return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
};

export const idOutputs = (byteLength: number, prefix: string) => {
  const bytes = randomBytes(byteLength);
  return {
    id: bytes.toString("base64url"),
    outputs: {
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + bytes.toString("base64url"),
      dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
      hex: prefix + bytes.toString("hex"),
    },
  };
};

export const uuid = (): string => randomUUID();
