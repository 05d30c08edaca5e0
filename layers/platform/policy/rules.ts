// Kyverno's part of the rules (policy/rules): those that a cluster can see, as policies in CEL. Pure.
import { labels, namespaces } from "../../../names.ts";
import type { SharedRule } from "../../../policy/rules/types.ts";

/**
 * Namespaces with strata's own workloads in them. Not those that charts run in, whose pods are their publishers' to shape, and not
 * those of extra routes.
 */
export const governed: readonly string[] = [
  namespaces.ingress,
  namespaces.apps,
  namespaces.database,
  namespaces.storage,
  namespaces.observability,
  namespaces.nodeAgents,
  namespaces.messaging,
  namespaces.tunnel,
];

const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;

const containers = "object.spec.containers + object.spec.?initContainers.orValue([])";

/** A pod is known by its workload's label, a Service by its own name. */
const workload = {
  pods: `namespaceObject.metadata.name + '/' + object.metadata.?labels[?'${labels.name}'].orValue('')`,
  services: "namespaceObject.metadata.name + '/' + object.metadata.name",
} as const;

const variablesOf = (rule: SharedRule, excepted: readonly string[]): Readonly<Record<string, string>> => ({
  ...(rule.of === "pods" && { containers }),
  ...(excepted.length > 0 && {
    workload: workload[rule.of],
    exempt: `variables.workload in ${list(excepted)}`,
  }),
  ...(rule.of === "pods" && rule.variables),
});

/** Why a thing is refused, and the expression that is true where it is not. */
const demandsOf = (rule: SharedRule): readonly (readonly [says: string, cel: string])[] =>
  rule.of === "services"
    ? rule.services.map(({ says, cel }) => [says, cel])
    : [
        ...rule.containers.map(({ says, cel }) => [says, `variables.containers.all(c, ${cel})`] as const),
        ...rule.pods.map(({ says, cel }) => [says, cel] as const),
      ];

/**
 * The part of a rule that Kyverno's ValidatingPolicy and the API server's own ValidatingAdmissionPolicy have in common.
 *
 * @param excepted what the stack file excepts from it (`namespace/name`), beside what the rule itself does.
 */
export const ruleSpec = (rule: SharedRule, excepted: readonly string[] = []) => {
  const exempt = [...Object.keys(rule.except), ...excepted];
  const variables = Object.entries(variablesOf(rule, exempt));
  return {
    // A Kyverno that is away must not keep the platform from starting; its namespaces enforce pod security without it.
    failurePolicy: "Ignore",
    matchConstraints: {
      namespaceSelector: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...governed] }],
      },
      resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: [rule.of] }],
    },
    ...(variables.length > 0 && { variables: variables.map(([name, expression]) => ({ name, expression })) }),
    validations: demandsOf(rule).map(([message, cel]) => ({
      expression: exempt.length > 0 ? `variables.exempt || ${cel}` : cel,
      message,
    })),
  };
};
