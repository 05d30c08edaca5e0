// Rules for pods and Services: each demand once as a check and once as the CEL that Kyverno is given. Pure.
import { nodeAccess } from "../../lib/node-access.ts";
import { nodePorts } from "../../names.ts";
import type { ContainerSpec, PodSpec } from "./objects.ts";
import type { ContainerDemand, PodRule, RuleTraits, ServiceRule } from "./types.ts";

const podRule = (rule: Omit<PodRule, "seen" | "of" | "pods" | "variables" | "except"> & Partial<PodRule>): PodRule => ({
  pods: [],
  variables: {},
  except: {},
  ...rule,
  seen: "plan and cluster",
  of: "pods",
});

const fixedTag: ContainerDemand = {
  says: "An image needs a fixed tag or a digest: latest names another image every day",
  next: "Give the version, for example :1.4.2",
  holds: ({ image = "" }) => image.includes("@sha256:") || (/^.+:[^:/]+$/.test(image) && !image.endsWith(":latest")),
  cel: "c.image.contains('@sha256:') || (c.image.matches('^.+:[^:/]+$') && !c.image.endsWith(':latest'))",
};

const digest = (byTag: readonly string[]): ContainerDemand => ({
  says: "An image needs its digest on a cluster that is not local: its tag may be pushed again",
  next: "Append it: IMAGE:TAG@sha256:..., as docker buildx imagetools inspect IMAGE:TAG prints it, or name it in strata:policy.byTag with the reason",
  holds: ({ image = "" }) => /@sha256:[0-9a-f]{64}$/.test(image) || byTag.includes(image),
  cel: `c.image.matches('@sha256:[0-9a-f]{64}$')${byTag.length > 0 ? ` || c.image in ${JSON.stringify(byTag)}` : ""}`,
});

export const images = ({ digests }: RuleTraits): PodRule =>
  podRule({
    name: "strata-images",
    describes: "Every image has a tag other than latest, or a digest; outside local clusters a digest",
    containers: [digests === "not asked" ? fixedTag : digest(digests.byTag)],
  });

export const resources: PodRule = podRule({
  name: "strata-resources",
  describes: "Every container requests CPU and memory and has a limit of memory",
  containers: [
    {
      says: "A container needs requests of CPU and memory",
      next: "Set resources.requests.cpu and .memory",
      holds: ({ resources }) => "cpu" in (resources?.requests ?? {}) && "memory" in (resources?.requests ?? {}),
      cel: "'cpu' in c.?resources.requests.orValue({}) && 'memory' in c.?resources.requests.orValue({})",
    },
    {
      says: "A container needs a limit of memory",
      next: "Set resources.limits.memory",
      holds: ({ resources }) => "memory" in (resources?.limits ?? {}),
      cel: "'memory' in c.?resources.limits.orValue({})",
    },
  ],
});

const seccomp = (container: ContainerSpec, pod: PodSpec): string | undefined =>
  container.securityContext?.seccompProfile?.type ?? pod.securityContext?.seccompProfile?.type;

export const hardening: PodRule = podRule({
  name: "strata-hardening",
  describes:
    "Every container: not privileged, no escalation, a read-only root, no capability, the runtime's seccomp profile",
  containers: [
    {
      says: "A container must not be privileged",
      holds: ({ securityContext }) => !securityContext?.privileged,
      cel: "c.?securityContext.privileged.orValue(false) == false",
    },
    {
      says: "A container must not escalate privileges",
      next: "Set securityContext.allowPrivilegeEscalation: false",
      holds: ({ securityContext }) => securityContext?.allowPrivilegeEscalation === false,
      cel: "c.?securityContext.allowPrivilegeEscalation.orValue(true) == false",
    },
    {
      says: "A container needs a read-only root",
      next: "Set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where it writes",
      holds: ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true,
      cel: "c.?securityContext.readOnlyRootFilesystem.orValue(false) == true",
    },
    {
      says: "A container must drop all capabilities",
      next: "Set securityContext.capabilities.drop: [ALL]",
      holds: ({ securityContext }) => securityContext?.capabilities?.drop?.includes("ALL") === true,
      cel: "'ALL' in c.?securityContext.capabilities.drop.orValue([])",
    },
    {
      says: "A container needs the runtime's seccomp profile",
      next: "Set securityContext.seccompProfile.type: RuntimeDefault, of the pod or the container",
      holds: (container, pod) => seccomp(container, pod) === "RuntimeDefault",
      cel: "c.?securityContext.seccompProfile.type.orValue(object.spec.?securityContext.seccompProfile.type.orValue('')) == 'RuntimeDefault'",
    },
  ],
});

export const node: PodRule = podRule({
  name: "strata-node",
  describes: "Every pod: no root, no namespace and no file of its host",
  except: nodeAccess,
  variables: {
    podUser: "object.spec.?securityContext.runAsUser.orValue(0)",
    podNonRoot: "object.spec.?securityContext.runAsNonRoot.orValue(false)",
  },
  containers: [
    {
      says: "A container must not run as root",
      next: "Set securityContext.runAsNonRoot: true and a runAsUser other than 0",
      holds: ({ securityContext }, pod) =>
        (securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === true &&
        (securityContext?.runAsUser ?? pod.securityContext?.runAsUser ?? 0) !== 0,
      cel: "c.?securityContext.runAsNonRoot.orValue(variables.podNonRoot) == true && c.?securityContext.runAsUser.orValue(variables.podUser) != 0",
    },
  ],
  pods: [
    {
      says: "A pod must not share a namespace of its host",
      holds: ({ hostNetwork, hostPID, hostIPC }) => !(hostNetwork || hostPID || hostIPC),
      cel: "!(object.spec.?hostNetwork.orValue(false) || object.spec.?hostPID.orValue(false) || object.spec.?hostIPC.orValue(false))",
    },
    {
      says: "A pod must not mount the host",
      next: "Use a claim, or an emptyDir",
      holds: ({ volumes }) => (volumes ?? []).every(({ hostPath }) => !hostPath),
      cel: "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
    },
  ],
});

const ownPorts: readonly number[] = [0, ...Object.values(nodePorts)];

export const ports = ({ loadBalancers }: RuleTraits): ServiceRule => ({
  name: "strata-ports",
  describes: "Every Service: no load balancer, no node port but strata's own",
  seen: "plan and cluster",
  of: "services",
  except: loadBalancers,
  services: [
    {
      says: "A Service must not ask for a load balancer: what is public goes through the gateway",
      next: "Make it a ClusterIP, and give it a route",
      holds: ({ type }) => type !== "LoadBalancer",
      cel: "object.spec.?type.orValue('ClusterIP') != 'LoadBalancer'",
    },
    {
      says: "A node port must be one of strata's own",
      next: "They are in names.ts (nodePorts)",
      holds: ({ ports }) => (ports ?? []).every(({ nodePort }) => ownPorts.includes(nodePort ?? 0)),
      cel: `object.spec.?ports.orValue([]).all(p, p.?nodePort.orValue(0) in [${ownPorts.join(", ")}])`,
    },
  ],
});
