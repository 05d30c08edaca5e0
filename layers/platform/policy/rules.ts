// What a pod and a Service in strata's own namespaces must look like, in CEL: the rules that test/plan/invariants.test.ts has for the plan. Pure.
import { nodeAccess } from "../../../lib/node-access.ts";
import { labels, namespaces, nodePorts } from "../../../names.ts";

export interface Rule {
  readonly name: string;
  readonly resource: "pods" | "services";
  readonly variables: Readonly<Record<string, string>>;
  /** Why a thing is refused, to the expression that is true where it is not. */
  readonly validations: Readonly<Record<string, string>>;
}

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

const list = (values: readonly (string | number)[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;

const containers = "object.spec.containers + object.spec.?initContainers.orValue([])";
const every = (expression: string): string => `variables.containers.all(c, ${expression})`;

/** One that names what it runs: a tag other than latest, or a digest. */
const images: Rule = {
  name: "strata-images",
  resource: "pods",
  variables: { containers },
  validations: {
    "An image needs a fixed tag or a digest: latest names another image every day": every(
      "c.image.contains('@sha256:') || (c.image.matches('^.+:[^:/]+$') && !c.image.endsWith(':latest'))",
    ),
  },
};

const resources: Rule = {
  name: "strata-resources",
  resource: "pods",
  variables: { containers },
  validations: {
    "A container needs requests of CPU and memory": every(
      "'cpu' in c.?resources.requests.orValue({}) && 'memory' in c.?resources.requests.orValue({})",
    ),
    "A container needs a limit of memory": every("'memory' in c.?resources.limits.orValue({})"),
  },
};

const hardening: Rule = {
  name: "strata-hardening",
  resource: "pods",
  variables: { containers },
  validations: {
    "A container must not be privileged": every("c.?securityContext.privileged.orValue(false) == false"),
    "A container must not escalate privileges": every(
      "c.?securityContext.allowPrivilegeEscalation.orValue(true) == false",
    ),
    "A container needs a read-only root": every("c.?securityContext.readOnlyRootFilesystem.orValue(false) == true"),
    "A container must drop all capabilities": every("'ALL' in c.?securityContext.capabilities.drop.orValue([])"),
    "A container needs the runtime's seccomp profile": every(
      "c.?securityContext.seccompProfile.type.orValue(object.spec.?securityContext.seccompProfile.type.orValue('')) == 'RuntimeDefault'",
    ),
  },
};

/** For all but the workloads of `nodeAccess`. */
const node: Rule = {
  name: "strata-node",
  resource: "pods",
  variables: {
    containers,
    workload: `namespaceObject.metadata.name + '/' + object.metadata.?labels[?'${labels.name}'].orValue('')`,
    exempt: `variables.workload in ${list(Object.keys(nodeAccess))}`,
    podUser: "object.spec.?securityContext.runAsUser.orValue(0)",
    podNonRoot: "object.spec.?securityContext.runAsNonRoot.orValue(false)",
  },
  validations: {
    "A container must not run as root": `variables.exempt || ${every(
      "c.?securityContext.runAsNonRoot.orValue(variables.podNonRoot) == true && c.?securityContext.runAsUser.orValue(variables.podUser) != 0",
    )}`,
    "A pod must not share a namespace of its host":
      "variables.exempt || !(object.spec.?hostNetwork.orValue(false) || object.spec.?hostPID.orValue(false) || object.spec.?hostIPC.orValue(false))",
    "A pod must not mount the host": "variables.exempt || object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
  },
};

const ports: Rule = {
  name: "strata-ports",
  resource: "services",
  variables: {},
  validations: {
    "A Service must not ask for a load balancer: what is public goes through the gateway":
      "object.spec.?type.orValue('ClusterIP') != 'LoadBalancer'",
    "A node port must be one of strata's own": `object.spec.?ports.orValue([]).all(p, p.?nodePort.orValue(0) in ${list([0, ...Object.values(nodePorts)])})`,
  },
};

export const rules: readonly Rule[] = [images, resources, hardening, node, ports];

/** The part of a rule that Kyverno's ValidatingPolicy and the API server's own ValidatingAdmissionPolicy have in common. */
export const ruleSpec = (rule: Rule) => ({
  // A Kyverno that is away must not keep the platform from starting; its namespaces enforce pod security without it.
  failurePolicy: "Ignore",
  matchConstraints: {
    namespaceSelector: {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...governed] }],
    },
    resourceRules: [
      { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: [rule.resource] },
    ],
  },
  ...(Object.keys(rule.variables).length > 0 && {
    variables: Object.entries(rule.variables).map(([name, expression]) => ({ name, expression })),
  }),
  validations: Object.entries(rule.validations).map(([message, expression]) => ({ expression, message })),
});
