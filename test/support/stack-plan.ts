// The plan of a committed stack, recorded once a test file.
import { readFileSync } from "node:fs";
import { deliversStack } from "../../config/gitops-delivers.ts";
import strata from "../../index.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { mockApi } from "./cluster.ts";
import { gitOpsFactsOf } from "./gitops.ts";
import { stackConfig } from "./stack-file.ts";

export const stacks = ["dev-fast", "cilium", "full", "eks", "openbao"] as const;
export type StackName = (typeof stacks)[number];

const plans = new Map<StackName, Promise<Plan>>();

const record = async (stack: StackName): Promise<Plan> => {
  const config = stackConfig(stack);
  const text = readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  // No commit is asked: a plan is that of the files as they are.
  const gitops = config["strata:gitops"];
  const isDelivered = gitops !== undefined && deliversStack(JSON.parse(gitops));
  const delivery = isDelivered ? await gitOpsFactsOf(stack, text) : undefined;
  return recordPlan({ stack, config }, () =>
    strata(
      { state: "absent", incarnation: 1 },
      async (key) => ({ path: pathOf(key) }),
      delivery,
      async () => mockApi,
    ),
  );
};

export const planOf = (stack: StackName): Promise<Plan> => {
  const known = plans.get(stack);
  if (known) return known;
  const recorded = record(stack);
  plans.set(stack, recorded);
  return recorded;
};
