// The one list of strata's rules. The policy pack, Kyverno's policies and the tests of the plan all read it.
import { deadline, network, podSecurity, provider, secrets, token } from "./plan.ts";
import { hardening, images, node, ports, resources } from "./pods.ts";
import type { ClusterRule, PlanRule, Rule, RuleTraits, SharedRule } from "./types.ts";

const signatures: ClusterRule = {
  name: "strata-signatures",
  describes: "Every image of strata:policy.signatures is signed by who it names",
  seen: "cluster",
  of: "images",
  except: {},
};

/** All rules, for a stack. */
export const rulesFor = (traits: RuleTraits): readonly Rule[] => [
  images(traits),
  resources,
  hardening,
  node,
  ports(traits),
  provider,
  deadline,
  token,
  secrets,
  podSecurity,
  network,
  signatures,
];

/** Those that Kyverno demands of the cluster too. */
export const sharedRules = (traits: RuleTraits): readonly SharedRule[] =>
  rulesFor(traits).filter((rule) => rule.seen === "plan and cluster");

/** Those that a plan shows. */
export const planRules = (traits: RuleTraits): readonly PlanRule[] =>
  rulesFor(traits).filter((rule) => rule.seen !== "cluster");
