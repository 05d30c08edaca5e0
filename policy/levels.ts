// What a stack file says of the rules: how strict each is, and what it does not hold for. Pure.
import type { PolicyConfig } from "../config/schema.ts";
import type { Bench } from "./judge.ts";

export type Level = PolicyConfig["preview"];

/** What becomes of who breaks a rule, without regard to whether plans are judged at all. */
export const ruleLevel = (config: PolicyConfig, rule: string): Level => config.rules[rule]?.level ?? "mandatory";

/** What becomes of a plan that breaks a rule: as strict as the rule, and at most as strict as the stack. */
export const planLevel = (config: PolicyConfig, rule: string): Level => {
  const own = config.rules[rule]?.level;
  if (config.preview === "disabled") return "disabled";
  return own ?? config.preview;
};

export const exceptedFrom = (config: PolicyConfig, rule: string): readonly string[] =>
  config.exceptions.filter((exception) => exception.rule === rule).map(({ of }) => of);

export interface StaleException {
  readonly rule: string;
  readonly of: string;
}

export const staleSentence = ({ rule, of }: StaleException): string =>
  `strata:policy.exceptions: nothing of ${of} breaks ${rule}. Remove the entry [strata-exceptions]`;

export interface ConfiguredBench extends Bench {
  /** Exceptions of the stack file that excused nothing so far. */
  readonly stale: () => readonly StaleException[];
}

/** The rules' own exceptions and those of the stack file, which remembers which of its own were needed. */
export const configuredBench = (config: PolicyConfig, isUnknown: (error: unknown) => boolean): ConfiguredBench => {
  const needed = new Set<number>();
  return {
    isUnknown,
    excused: (rule, place) => {
      const index = config.exceptions.findIndex((exception) => exception.rule === rule.name && exception.of === place);
      if (index < 0) return rule.except[place];
      needed.add(index);
      return config.exceptions[index]?.reason;
    },
    stale: () =>
      config.exceptions.filter(({ rule }, index) => !needed.has(index) && planLevel(config, rule) !== "disabled"),
  };
};
