// A plan made in the simulated account: each resource of AWS by its provider's calls, everything else by the mocks.
import * as pulumi from "@pulumi/pulumi";
import type { PlanOptions } from "../../../../../tools/plan/record.ts";
import type { Account, Fields } from "../account.ts";
import { data } from "./data.ts";
import { ec2 } from "./ec2.ts";
import { eks } from "./eks.ts";
import { identity } from "./identity.ts";
import type { Creators } from "./types.ts";

export const creators: Creators = { ...ec2, ...eks, ...identity, ...data };

/** Of the engine's wire format: what a provider sees of a secret. */
const revealed = (value: unknown): unknown => {
  if (pulumi.runtime.isRpcSecret(value)) return revealed(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, revealed(child)]));
};

/** For recordPlan. Throws for a type of AWS that nobody has said how to make. */
export const createIn =
  (account: Account): NonNullable<PlanOptions["create"]> =>
  async (type, name, inputs) => {
    if (!type.startsWith("aws:")) return undefined;
    const create = creators[type];
    if (create === undefined)
      throw new Error(`Nobody has said how ${type} (${name}) is made: add it beside the others`);
    return create(account, revealed(inputs) as Fields, name).catch((error: unknown) => {
      throw new Error(`${name} (${type}): ${(error as Error).message}`);
    });
  };
