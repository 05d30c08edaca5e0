// State of a resource: the live object, beside it the inputs it was made of, in the official plugin's own shape.
import {
  containsSecret,
  isObject,
  isSecret,
  type Properties,
  plainObject,
  secret,
  stringAt,
  type Value,
} from "../rpc/values.ts";
import { dashed, underscored } from "./normalize.ts";
import { identityOf, type KubeObject } from "./object.ts";

const inputsKey = "__inputs";
const apiVersionKey = "__initialApiVersion";
const fieldManagerKey = "__fieldManager";

/** The object with secret marks where the inputs had them; a Secret's data is always secret. */
export const withSecrets = (object: KubeObject, inputs: Value | undefined): KubeObject => {
  const result: Properties = { ...object };
  if (result["kind"] === "Secret" && identityOf(object).group === "") {
    for (const field of ["data", "stringData"]) {
      const value = result[field];
      if (value !== undefined && value !== null) result[field] = secret(value);
    }
    return result;
  }
  if (!isObject(inputs)) return result;
  for (const [key, given] of Object.entries(inputs)) {
    const value = result[key];
    if (value === undefined) continue;
    if (isObject(value) && isObject(given) && !isSecret(given)) result[key] = withSecrets(value, given);
    else if (containsSecret(given)) result[key] = secret(value);
  }
  return result;
};

export interface Checkpoint {
  readonly live: KubeObject;
  /** Inputs without secret marks. */
  readonly inputs: KubeObject;
  /** Inputs as they came, with their secret marks. */
  readonly marked: Properties;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

export const checkpoint = ({ live, inputs, marked, initialApiVersion, fieldManager }: Checkpoint): Properties => ({
  ...withSecrets(underscored(live), marked),
  [inputsKey]: withSecrets(underscored(inputs), marked),
  [apiVersionKey]: initialApiVersion,
  [fieldManagerKey]: fieldManager,
});

export interface ParsedCheckpoint {
  readonly live: KubeObject;
  readonly inputs: KubeObject;
  readonly initialApiVersion?: string;
  readonly fieldManager?: string;
}

/** State without secret marks -> what is in it. Reads what the official plugin wrote. */
export const parseCheckpoint = (state: Properties): ParsedCheckpoint => {
  const { [inputsKey]: inputs, [apiVersionKey]: initial, [fieldManagerKey]: manager, ...live } = plainObject(state);
  return {
    live: dashed(live),
    inputs: dashed(isObject(inputs) ? inputs : {}),
    ...(typeof initial === "string" && { initialApiVersion: initial }),
    ...(typeof manager === "string" && { fieldManager: manager }),
  };
};

/** The type of an object's API as the state names it. */
export const statedApiVersion = (object: KubeObject): string => stringAt(object, "apiVersion") ?? "";
