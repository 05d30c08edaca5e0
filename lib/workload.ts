// Pod templates as data: hardened by default, so that a component states only what differs.
import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels } from "../names.ts";

export type Container = types.input.core.v1.Container;
export type Probe = types.input.core.v1.Probe;
export type Volume = types.input.core.v1.Volume;
export type PodTemplate = types.input.core.v1.PodTemplateSpec;
type VolumeMount = types.input.core.v1.VolumeMount;

/** A plain value, a key of a Secret, or a field of the pod (for example `status.podIP`). */
export type EnvValue = pulumi.Input<string> | EnvReference;
type EnvReference = { readonly secret: pulumi.Input<string>; readonly key: string } | { readonly field: string };

export interface Resources {
  /** CPU requested. */
  readonly cpu: string;
  /** Memory requested. */
  readonly memory: string;
  readonly memoryLimit: string;
  /** Left out by default: a CPU limit throttles the start, which is what made the predecessor's Postgres take 87 s. */
  readonly cpuLimit?: string;
}

export interface ContainerArgs {
  readonly name: string;
  readonly image: pulumi.Input<string>;
  readonly command?: pulumi.Input<string>[];
  readonly args?: pulumi.Input<string>[];
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Names of Secrets whose keys all become variables: a new key changes no pod, so it restarts none. */
  readonly envFromSecrets?: readonly pulumi.Input<string>[];
  /** Port name to number. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly resources: Resources;
  readonly startup?: Probe;
  readonly readiness?: Probe;
  readonly liveness?: Probe;
  /** Seconds to go on serving after the pod was told to stop, until every proxy has forgotten its address. */
  readonly drainSeconds?: number;
  /** Run in the container before it is told to stop, for a process that the stop signal would not end in order. */
  readonly stopCommand?: readonly string[];
  /** Mount path to volume name, or to a mount with its options. */
  readonly mounts?: Readonly<Record<string, string | Omit<VolumeMount, "mountPath">>>;
  /** Added to the hardened security context, for the few containers that need more. */
  readonly securityContext?: types.input.core.v1.SecurityContext;
}

export interface PodArgs {
  /** Value of app.kubernetes.io/name. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
  /** User and group that every container runs as; never 0. */
  readonly user: number;
  readonly containers: ContainerArgs[];
  readonly initContainers?: ContainerArgs[];
  readonly volumes?: Volume[];
  /** Scraped by Prometheus: the container port and the path of the metrics. */
  readonly metrics?: { readonly port: number; readonly path?: string };
  /** Name of a ServiceAccount whose token is mounted. Left out: no token. */
  readonly serviceAccount?: pulumi.Input<string>;
  /** `own`: only tokens among the volumes are mounted. Default: the one for the API server. */
  readonly tokens?: "own";
  /** A change of it restarts the pods: the checksum of the configuration they read at start. */
  readonly checksum?: pulumi.Input<string>;
  readonly terminationGracePeriodSeconds?: number;
  /** Added to the pod's spec as it is. */
  readonly extra?: Partial<types.input.core.v1.PodSpec>;
}

/** On a pod template: the checksum of the configuration and Secrets that its pods read at start. */
export const checksumAnnotation = "strata.dev/checksum";

const isReference = (value: EnvValue): value is EnvReference =>
  typeof value === "object" && ("secret" in value || "field" in value) && !("apply" in value);

const environment = (env: Readonly<Record<string, EnvValue>>) =>
  Object.entries(env).map(([name, value]) => {
    if (!isReference(value)) return { name, value };
    if ("secret" in value) return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
    return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  });

/** One container: no privilege escalation, read-only root, no capabilities, requests and limits always present. */
export const container = (args: ContainerArgs): Container => ({
  name: args.name,
  image: args.image,
  imagePullPolicy: "IfNotPresent",
  ...(args.command && { command: args.command }),
  ...(args.args && { args: args.args }),
  ...(args.env && { env: environment(args.env) }),
  ...(args.envFromSecrets && { envFrom: args.envFromSecrets.map((name) => ({ secretRef: { name } })) }),
  ...(args.ports && {
    ports: Object.entries(args.ports).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
  }),
  resources: {
    requests: { cpu: args.resources.cpu, memory: args.resources.memory },
    limits: { memory: args.resources.memoryLimit, ...(args.resources.cpuLimit && { cpu: args.resources.cpuLimit }) },
  },
  ...(args.startup && { startupProbe: args.startup }),
  ...(args.readiness && { readinessProbe: args.readiness }),
  ...(args.liveness && { livenessProbe: args.liveness }),
  ...(args.drainSeconds !== undefined && { lifecycle: { preStop: { sleep: { seconds: args.drainSeconds } } } }),
  ...(args.stopCommand && { lifecycle: { preStop: { exec: { command: [...args.stopCommand] } } } }),
  // The last lines of a failed container's log become part of its status, and so of the engine's error.
  terminationMessagePolicy: "FallbackToLogsOnError",
  ...(args.mounts && {
    volumeMounts: Object.entries(args.mounts).map(([mountPath, mount]) =>
      typeof mount === "string" ? { name: mount, mountPath } : { ...mount, mountPath },
    ),
  }),
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    ...args.securityContext,
  },
});

/** A pod template that the Pod Security Standard `restricted` admits. */
export const podTemplate = (args: PodArgs): PodTemplate => ({
  metadata: {
    labels: { ...workloadLabels(args.name), ...args.labels },
    annotations: {
      ...(args.metrics && {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(args.metrics.port),
        "prometheus.io/path": args.metrics.path ?? "/metrics",
      }),
      ...(args.checksum !== undefined && { [checksumAnnotation]: args.checksum }),
      ...args.annotations,
    },
  },
  spec: {
    ...(args.serviceAccount !== undefined && { serviceAccountName: args.serviceAccount }),
    automountServiceAccountToken: args.serviceAccount !== undefined && args.tokens !== "own",
    // Service variables of a whole namespace in every container slow starts and leak addresses; names are enough.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: args.user,
      runAsGroup: args.user,
      fsGroup: args.user,
      // Without it a large volume is re-owned file by file at every start.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    terminationGracePeriodSeconds: args.terminationGracePeriodSeconds ?? 30,
    ...(args.initContainers && { initContainers: args.initContainers.map(container) }),
    containers: args.containers.map(container),
    ...(args.volumes && { volumes: args.volumes }),
    ...args.extra,
  },
});

/** Labels of an object that belongs to one workload. */
export const workloadLabels = (name: string): Record<string, string> => ({
  [labels.name]: name,
  [labels.partOf]: "strata",
  [labels.managedBy]: "pulumi",
});

/** Selector of a workload's pods: immutable once created, so it holds nothing but the name. */
export const selector = (name: string): Record<string, string> => ({ [labels.name]: name });

/** Metadata of an object that belongs to one workload. */
export const metadata = (
  name: string,
  namespace: pulumi.Input<string>,
  extra: { workload?: string; annotations?: Record<string, pulumi.Input<string>> } = {},
): types.input.meta.v1.ObjectMeta => ({
  name,
  namespace,
  labels: workloadLabels(extra.workload ?? name),
  ...(extra.annotations && { annotations: extra.annotations }),
});

/** HTTP probe. Delays and periods in seconds. */
export const httpProbe = (path: string, port: number | string, timing: Omit<Probe, "httpGet"> = {}): Probe => ({
  httpGet: { path, port },
  ...timing,
});

export const emptyDir = (name: string, sizeLimit: string): Volume => ({ name, emptyDir: { sizeLimit } });

/** The volume named data of a StatefulSet's pods, for one node at a time. `storage` is a quantity. */
export const dataClaim = (storage: string) => ({
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
});

/**
 * Put on a Service: the engine would wait ten minutes for endpoints that nothing depends on.
 * Workloads are waited for instead; that is what "up" means.
 */
export const skipAwait = { "pulumi.com/skipAwait": "true" } as const;

/** Checksum of the configuration a pod reads at start: 16 hex digits of the SHA-256 of its parts. */
export const checksum = (...parts: string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
};

/** How long the engine waits for a workload: long enough for a cold laptop, short enough to say what is wrong. */
export const workloadTimeouts: pulumi.CustomTimeouts = { create: "5m", update: "5m", delete: "2m" };
