// What the rules look at: the parts of Kubernetes objects that they read, and a resource of a plan. Types and readers only.

import { labels } from "../../names.ts";

export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

export interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly securityContext?: SecurityContext;
}

export interface PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: { readonly path: string } }[];
  readonly automountServiceAccountToken?: boolean;
}

export interface ServiceSpec {
  readonly type?: string;
  readonly ports?: readonly { readonly nodePort?: number }[];
}

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A resource of the plan whose type is one of Kubernetes'. */
export interface PlannedObject {
  readonly urn: string;
  /** Type token: kubernetes:apps/v1:Deployment. */
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Its namespace, where the inputs do not say it yet. */
  readonly namespace?: string;
  /** Name of its provider; empty, or one that starts with "default", where the program names none. */
  readonly provider: string;
  /** Whether the program says how long it may take. */
  readonly hasDeadline: boolean;
}

const workloadKinds: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"];

export const kindOf = ({ type }: Pick<PlannedObject, "type">): string => type.slice(type.lastIndexOf(":") + 1);

/** Objects of ours: what is in a release is its chart's. */
export const isObject = (type: string): boolean =>
  type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");

export const metadataOf = ({ inputs }: PlannedObject): Metadata => (inputs["metadata"] ?? {}) as Metadata;

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((found, key) => (found as Readonly<Record<string, unknown>> | undefined)?.[key], value);

export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** The pods that an object makes, or the pod that it is; undefined where it makes none. */
export const podOf = (object: PlannedObject): PodTemplate | undefined => {
  const kind = kindOf(object);
  const source =
    kind === "Pod"
      ? object.inputs
      : kind === "CronJob"
        ? at(object.inputs, "spec", "jobTemplate", "spec", "template")
        : workloadKinds.includes(kind)
          ? at(object.inputs, "spec", "template")
          : undefined;
  const spec = at(source, "spec") as PodSpec | undefined;
  if (spec === undefined) return undefined;
  return { labels: (at(source, "metadata", "labels") ?? {}) as PodTemplate["labels"], spec };
};

export const containersOf = ({ containers, initContainers }: PodSpec): readonly ContainerSpec[] => [
  ...containers,
  ...(initContainers ?? []),
];

export const namespaceOf = (object: PlannedObject): string | undefined =>
  object.namespace ?? metadataOf(object).namespace;

/** `namespace/name`, as messages and exceptions say it; of a Namespace its name alone. */
export const placeOf = (object: PlannedObject): string => {
  const { name = "?" } = metadataOf(object);
  const namespace = namespaceOf(object);
  return namespace === undefined ? name : `${namespace}/${name}`;
};

/** `namespace/workload` of an object that makes pods, by the label that Kyverno finds on each of them. */
export const workloadOf = (object: PlannedObject): string =>
  `${namespaceOf(object) ?? ""}/${podOf(object)?.labels[labels.name] ?? ""}`;
