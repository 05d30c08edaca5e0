// What a stack's plan breaks of the rules, without engine, cluster or cloud: every value of the plan is there, a stand-in where the
// run itself would make it.
import { readFileSync } from "node:fs";
import { parseConfig } from "../../config/parse.ts";
import { ruleTraits } from "../../config/rule-traits.ts";
import { judge, sentence } from "../../policy/judge.ts";
import { configuredBench, planLevel, staleSentence } from "../../policy/levels.ts";
import { planRules } from "../../policy/rules/index.ts";
import type { PlannedObject } from "../../policy/rules/objects.ts";
import type { PolicyViolation } from "../engine/events.ts";
import { recordStack } from "../render/program.ts";
import { engineConfig } from "./config.ts";
import type { Plan } from "./record.ts";

/** The objects of a plan as the engine hands them to the policy pack. */
export const plannedObjects = (plan: Plan): readonly PlannedObject[] =>
  plan.resources
    .filter(({ custom, type }) => custom && type.startsWith("kubernetes:"))
    .map(({ urn, type, inputs, provider, customTimeouts }) => ({
      urn,
      type,
      inputs,
      provider: provider.slice(provider.lastIndexOf("::") + 2),
      hasDeadline: customTimeouts,
    }));

const sectionsOf = (file: string, text: string): Record<string, string> => {
  const { config, secretKeys } = engineConfig(file, text);
  const plain = Object.entries(config).filter(([key]) => key.startsWith("strata:") && !secretKeys.includes(key));
  return Object.fromEntries(plain.map(([key, value]) => [key.slice("strata:".length), value]));
};

/** @throws UserError for a mistake in the stack file. */
export const judgeStack = async (stack: string, file: string): Promise<readonly PolicyViolation[]> => {
  const text = readFileSync(file, "utf8");
  const config = parseConfig({ file, sections: sectionsOf(file, text) });
  const { policy } = config;
  const rules = planRules(ruleTraits(config)).filter(({ name }) => planLevel(policy, name) !== "disabled");
  if (rules.length === 0) return [];
  const all = plannedObjects(await recordStack({ stack, text }, ""));
  const bench = configuredBench(policy, () => false);
  const found = rules.flatMap((rule) =>
    all
      .flatMap((object) => judge(rule, object, all, bench))
      .map((violation) => ({
        resourceUrn: violation.urn,
        message: sentence(violation),
        policyName: rule.name,
        enforcementLevel: planLevel(policy, rule.name),
      })),
  );
  const stale = bench.stale().map((exception) => ({
    message: staleSentence(exception),
    policyName: "strata-exceptions",
    enforcementLevel: "advisory",
  }));
  return [...found, ...stale];
};
