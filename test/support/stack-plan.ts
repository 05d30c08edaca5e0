// The stacks of the repository, by their files, and the plan of each, recorded once a test file.
import { readFileSync } from "node:fs";
import { deliversStack } from "../../config/gitops-delivers.ts";
import strata from "../../index.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { stackNames } from "../../tools/engine/stack-file.ts";
import { engineConfig } from "../../tools/plan/config.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { gitOpsFactsOf } from "../../tools/render/facts.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { mockApi } from "./cluster.ts";

export const stacks = stackNames(repository);

const plans = new Map<string, Promise<Plan>>();

/** The plan of a stack file that is not committed. */
export const planOfText = async (stack: string, text: string): Promise<Plan> => {
  const { config } = engineConfig(`Pulumi.${stack}.yaml`, text);
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

export const planOf = (stack: string): Promise<Plan> => {
  const known = plans.get(stack);
  if (known) return known;
  const recorded = planOfText(stack, readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"));
  plans.set(stack, recorded);
  return recorded;
};
