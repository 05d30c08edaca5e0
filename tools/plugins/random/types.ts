// The types of the random plugin: their inputs with defaults, what they make, which of it is secret.
import type { CheckFailure } from "../rpc/provider.ts";
import { type Properties, secret, unknownValue } from "../rpc/values.ts";
import { bcrypt } from "./bcrypt.ts";
import { bytesOutputs, idOutputs, randomString, ruleProblem, type StringRules, uuid } from "./generate.ts";

export interface RandomType {
  /** Inputs beside keepers, with their defaults; null where there is none. */
  readonly inputs: Properties;
  readonly required: readonly string[];
  readonly outputs: readonly string[];
  readonly secrets: readonly string[];
  readonly problem?: (inputs: Properties) => CheckFailure | undefined;
  make(inputs: Properties): Promise<{ id: string; outputs: Properties }>;
}

const stringInputs: Properties = {
  length: null,
  lower: true,
  upper: true,
  number: null,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: null,
};

/** `number` is the older name of `numeric`. */
const rulesOf = (inputs: Properties): StringRules =>
  ({
    ...inputs,
    numeric: inputs["number"] ?? inputs["numeric"],
    overrideSpecial: inputs["overrideSpecial"] ?? "",
  }) as unknown as StringRules;

const positive =
  (property: string) =>
  (inputs: Properties): CheckFailure | undefined => {
    const value = inputs[property];
    return typeof value === "number" && Number.isInteger(value) && value >= 1
      ? undefined
      : { property, reason: `must be a whole number of 1 or more, not ${JSON.stringify(value)}` };
  };

const text = {
  inputs: stringInputs,
  required: ["length"],
  problem: (inputs: Properties): CheckFailure | undefined => ruleProblem(rulesOf(inputs)),
};

/** State keeps both names, as the official plugin's does. */
const bothNames = (inputs: Properties): Properties => {
  const { numeric } = rulesOf(inputs);
  return { number: numeric, numeric };
};

export const types: Readonly<Record<string, RandomType>> = {
  "random:index/randomPassword:RandomPassword": {
    ...text,
    outputs: ["bcryptHash", "result"],
    secrets: ["bcryptHash", "result"],
    make: async (inputs) => {
      const result = randomString(rulesOf(inputs));
      return { id: "none", outputs: { ...bothNames(inputs), result, bcryptHash: await bcrypt(result) } };
    },
  },
  "random:index/randomString:RandomString": {
    ...text,
    outputs: ["result"],
    secrets: [],
    make: async (inputs) => {
      const result = randomString(rulesOf(inputs));
      return { id: result, outputs: { ...bothNames(inputs), result } };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    inputs: { length: null },
    required: ["length"],
    outputs: ["base64", "hex"],
    secrets: ["base64", "hex"],
    problem: positive("length"),
    make: async (inputs) => {
      const outputs = bytesOutputs(Number(inputs["length"]));
      return { id: outputs.base64, outputs };
    },
  },
  "random:index/randomId:RandomId": {
    inputs: { byteLength: null, prefix: null },
    required: ["byteLength"],
    outputs: ["b64Std", "b64Url", "dec", "hex"],
    secrets: [],
    problem: positive("byteLength"),
    make: async (inputs) => idOutputs(Number(inputs["byteLength"]), String(inputs["prefix"] ?? "")),
  },
  "random:index/randomUuid:RandomUuid": {
    inputs: {},
    required: [],
    outputs: ["result"],
    secrets: [],
    make: async () => {
      const result = uuid();
      return { id: result, outputs: { result } };
    },
  },
};

/** Inputs with their defaults, without the engine's own notes and without nulls. */
export const withDefaults = (type: RandomType, inputs: Properties): Properties =>
  Object.fromEntries(
    Object.entries({ ...type.inputs, ...inputs }).filter(
      ([key, value]) => value !== null && !key.startsWith("__") && (key in type.inputs || key === "keepers"),
    ),
  );

export const markSecrets = (type: RandomType, outputs: Properties): Properties =>
  Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, type.secrets.includes(key) ? secret(value) : value]),
  );

export const unknownOutputs = (type: RandomType): Properties =>
  Object.fromEntries(type.outputs.map((key) => [key, unknownValue]));
