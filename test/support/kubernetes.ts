// Reads a recorded plan as Kubernetes sees it: objects, pods and containers, with the plan's own registration beside each.
import type { Plan, Registration } from "../../tools/plan/record.ts";

export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: string[]; readonly drop?: string[] };
  readonly seccompProfile?: { readonly type?: string };
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly env?: { readonly name: string; readonly value?: string }[];
  readonly args?: string[];
  readonly command?: string[];
  readonly resources?: { readonly requests?: Record<string, string>; readonly limits?: Record<string, string> };
  readonly securityContext?: SecurityContext;
  readonly ports?: { readonly containerPort: number; readonly hostPort?: number }[];
}

export interface PodSpec {
  readonly containers: ContainerSpec[];
  readonly initContainers?: ContainerSpec[];
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly volumes?: { readonly name: string; readonly hostPath?: { readonly path: string } }[];
  readonly automountServiceAccountToken?: boolean;
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
