// A plan made in the simulated account: each resource of AWS by its provider's calls, everything else by the mocks.
import type { PlanOptions } from "../../../../../tools/plan/record.ts";
import type { Account } from "../account.ts";
import { data } from "./data.ts";
import { ec2 } from "./ec2.ts";
import { eks } from "./eks.ts";
import { identity } from "./identity.ts";
import type { Creators } from "./types.ts";

export const creators: Creators = { ...ec2, ...eks, ...identity, ...data };

/** For recordPlan. Throws for a type of AWS that nobody has said how to make. */
export const createIn =
  (account: Account): NonNullable<PlanOptions["create"]> =>
  async (type, name, inputs) => {
    if (!type.startsWith("aws:")) return undefined;
    const create = creators[type];
    if (create === undefined)
      throw new Error(`Nobody has said how ${type} (${name}) is made: add it beside the others`);
    return create(account, inputs, name).catch((error: unknown) => {
      throw new Error(`${name} (${type}): ${(error as Error).message}`);
    });
  };
