// Reads a recorded plan as Kubernetes sees it: objects, pods and containers, with the plan's own registration beside each.
import type { ContainerSpec as RuledContainer, PodSpec as RuledPod } from "../../policy/rules/objects.ts";
import type { Plan, Registration } from "../../tools/plan/record.ts";

export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** As a plan has them: with what the rules do not look at. */
export interface ContainerSpec extends RuledContainer {
  readonly image: string;
  readonly args?: string[];
  readonly command?: string[];
  readonly ports?: { readonly containerPort: number; readonly hostPort?: number }[];
}

export interface PodSpec extends RuledPod {
  readonly containers: ContainerSpec[];
  readonly initContainers?: ContainerSpec[];
}

export interface KubernetesObject {
  readonly resource: Registration;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Record<string, unknown>;
}

export interface Workload extends KubernetesObject {
  readonly podLabels: Record<string, string>;
  readonly pod: PodSpec;
}

const clusterScoped = new Set([
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "IngressClass",
  "GatewayClass",
  "ClusterIssuer",
  "StorageClass",
  "PriorityClass",
  "PersistentVolume",
  "Node",
  "ValidatingPolicy",
]);
const workloadKinds = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

export const isNamespaced = (object: KubernetesObject): boolean => !clusterScoped.has(object.kind);

export const objectsOf = (plan: Plan): KubernetesObject[] =>
  plan.resources
    // What is in a release is its chart's.
    .filter(({ custom, type }) => custom && type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/"))
    .map((resource) => ({
      resource,
      kind: resource.type.slice(resource.type.lastIndexOf(":") + 1),
      metadata: (resource.inputs["metadata"] ?? {}) as Metadata,
      spec: (resource.inputs["spec"] ?? {}) as Record<string, unknown>,
    }));

export const workloadsOf = (plan: Plan): Workload[] =>
  objectsOf(plan)
    .filter((object) => workloadKinds.has(object.kind))
    .map((object) => {
      const template = object.spec["template"] as { metadata: { labels: Record<string, string> }; spec: PodSpec };
      return { ...object, podLabels: template.metadata.labels, pod: template.spec };
    });

export const containersOf = (workload: Workload): ContainerSpec[] => [
  ...(workload.pod.initContainers ?? []),
  ...workload.pod.containers,
];
