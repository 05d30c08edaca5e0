// The plan of a committed stack, recorded once a test file.
import strata from "../../index.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { stackConfig } from "./stack-file.ts";

export const stacks = ["dev-fast", "cilium", "full"] as const;
export type StackName = (typeof stacks)[number];

const plans = new Map<StackName, Promise<Plan>>();

export const planOf = (stack: StackName): Promise<Plan> => {
  const known = plans.get(stack);
  if (known) return known;
  const recorded = recordPlan({ stack, config: stackConfig(stack) }, () =>
    strata({ state: "absent", incarnation: 1 }, async (key) => ({ path: pathOf(key) })),
  );
  plans.set(stack, recorded);
  return recorded;
};
