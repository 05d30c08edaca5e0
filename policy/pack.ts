// The rules as a Pulumi policy pack: the engine hands it each resource of a plan before it is made.
import {
  PolicyPack,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { loadConfig } from "../config/load.ts";
import { ruleTraits } from "../config/rule-traits.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError } from "../lib/errors.ts";
import { judge, sentence } from "./judge.ts";
import { configuredBench, planLevel, staleSentence } from "./levels.ts";
import { planRules } from "./rules/index.ts";
import { isObject, metadataOf, type PlannedObject } from "./rules/objects.ts";

type PackPolicy = ResourceValidationPolicy | StackValidationPolicy;
type Report = (message: string, urn?: string) => void;

/** What is thrown where a value is read that only the run itself will know. The library keeps the type of it to itself. */
const isUnknown = (error: unknown): boolean => error instanceof Error && "unknownTypeSentinel" in error;

const known = (read: () => string | undefined): string | undefined => {
  try {
    return read();
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
};

const objectOf = ({ urn, type, props, provider, opts }: ResourceValidationArgs): PlannedObject => ({
  urn,
  type,
  inputs: props,
  provider: provider?.name ?? "",
  hasDeadline: opts.customTimeouts.createSeconds > 0,
});

const namespaceType = "kubernetes:core/v1:Namespace";

/** In a plan of a namespace that is not there yet nobody knows its name but itself: those in it only say that they wait for it. */
const placed = (seen: readonly PlannedObject[], resources: readonly PolicyResource[]): readonly PlannedObject[] => {
  const byUrn = new Map(seen.map((object) => [object.urn, object]));
  const waitsFor = new Map(resources.map(({ urn, propertyDependencies }) => [urn, propertyDependencies["metadata"]]));
  return seen.map((object) => {
    const own = known(() => metadataOf(object).namespace ?? "");
    if (own !== undefined) return object;
    const namespaces = (waitsFor.get(object.urn) ?? []).filter(({ type }) => type === namespaceType);
    const [first] = namespaces.map(({ urn }) => byUrn.get(urn));
    return { ...object, namespace: (first && known(() => metadataOf(first).name)) ?? "?" };
  });
};

/**
 * The rules for a stack, by the engine's own words for them.
 *
 * A plan is judged at its end, when namespaces are known. A run that makes things is judged one by one, before each is made.
 */
export const policiesOf = (config: Config, isPlan: boolean): PackPolicy[] => {
  const { policy } = config;
  if (policy.preview === "disabled") return [];
  const bench = configuredBench(policy, isUnknown);
  const seen: PlannedObject[] = [];
  const rules = planRules(ruleTraits(config)).map((rule) => {
    const common = {
      name: rule.name,
      description: rule.describes,
      enforcementLevel: planLevel(policy, rule.name),
    };
    const tell = (object: PlannedObject, all: readonly PlannedObject[], report: Report): void => {
      for (const violation of judge(rule, object, all, bench)) report(sentence(violation), violation.urn);
    };
    return isPlan || rule.of === "stack"
      ? {
          ...common,
          validateStack: ({ resources }: StackValidationArgs, report: Report) => {
            const all = placed(seen, resources);
            for (const object of all) tell(object, all, report);
          },
        }
      : {
          ...common,
          validateResource: (args: ResourceValidationArgs, report: Report) => tell(objectOf(args), [], report),
        };
  });
  return [
    {
      name: "strata-seen",
      description: "Keeps what the program asked for: at its end the engine has what a cluster made of it",
      validateResource: (args) => {
        if (isObject(args.type)) seen.push(objectOf(args));
      },
    },
    ...rules,
    {
      name: "strata-exceptions",
      description: "Every exception of the stack file excuses something",
      validateStack: (_, report) => {
        for (const exception of bench.stale()) report(staleSentence(exception));
      },
    },
  ];
};

/** The stack's configuration; undefined where it has mistakes, which the program tells. */
const readConfig = (): Config | undefined => {
  try {
    return loadConfig().config;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
};

/** Starts the pack's server, which tells the engine its port. */
export const serve = (): void => {
  const config = readConfig();
  new PolicyPack("strata", {
    policies: config === undefined ? [] : policiesOf(config, process.env["PULUMI_DRY_RUN"] === "true"),
    enforcementLevel: "advisory",
  });
};
