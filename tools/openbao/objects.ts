// What the operations read of the operator's objects (its documentation, 0.5), and where the API server serves them. Pure.
import type { OpenBaoNames } from "../../lib/openbao.ts";

export interface Metadata {
  readonly name?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Place of a snapshot: the same shape in backups and in restores. */
export interface BackupTarget {
  readonly endpoint?: string;
  readonly bucket?: string;
  readonly region?: string;
  readonly credentialsSecretRef?: { readonly name?: string };
}

export interface BackupStatus {
  readonly lastBackupName?: string;
  /** RFC 3339, as all times here. */
  readonly lastBackupTime?: string;
  /** Bytes. */
  readonly lastBackupSize?: number;
  /** For people: "45s". */
  readonly lastBackupDuration?: string;
  readonly lastHandledManualTrigger?: string;
  readonly consecutiveFailures?: number;
  readonly lastFailureReason?: string;
  readonly lastFailureMessage?: string;
  readonly lastFailureTime?: string;
}

export interface BlueGreenStatus {
  readonly phase?: string;
  /** Of this attempt: another one after the operator gave up and began anew. */
  readonly operationID?: string;
  readonly blueRevision?: string;
  readonly greenRevision?: string;
  readonly blueImage?: string;
  readonly manualPromotionRequired?: boolean;
  readonly jobFailureCount?: number;
  readonly lastJobFailure?: string;
  readonly preUpgradeSnapshotJobName?: string;
  readonly rollbackReason?: string;
}

export interface BaoCluster {
  readonly metadata: Metadata;
  readonly spec: {
    readonly version?: string;
    readonly image?: string;
    readonly replicas?: number;
    readonly storage?: { readonly size?: string; readonly storageClassName?: string };
    readonly gateway?: { readonly enabled?: boolean; readonly hostname?: string };
    readonly backup?: { readonly target?: BackupTarget };
    readonly restore?: { readonly jwtAuthRole?: string };
    readonly upgrade?: {
      readonly strategy?: string;
      readonly preUpgradeSnapshot?: boolean;
      readonly blueGreen?: { readonly maxJobFailures?: number };
    };
  };
  readonly status?: {
    readonly phase?: string;
    readonly readyReplicas?: number;
    readonly currentVersion?: string;
    readonly selfInitialized?: boolean;
    readonly acceptedUpgradeStrategy?: string;
    readonly backup?: BackupStatus;
    readonly blueGreen?: BlueGreenStatus;
    readonly upgrade?: {
      readonly targetVersion?: string;
      readonly currentPartition?: number;
      readonly completedPods?: readonly number[];
      readonly failure?: { readonly reason?: string; readonly message?: string } | null;
    };
    readonly breakGlass?: {
      readonly active?: boolean;
      readonly reason?: string;
      readonly message?: string;
      readonly nonce?: string;
      readonly steps?: readonly string[];
    };
    readonly operationLock?: { readonly operation?: string; readonly holder?: string; readonly message?: string };
    readonly conditions?: readonly Condition[];
  };
}

export interface BaoRestore {
  readonly metadata: Metadata;
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface Job {
  readonly metadata: Metadata;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
}

export type Quantities = Readonly<Record<string, string>>;

export interface Pod {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly (Container & { readonly restartPolicy?: string })[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}

const group = "/apis/openbao.org/v1alpha1";
const inNamespace = (root: string, namespace: string, kind: string, name?: string): string =>
  `${root}/namespaces/${namespace}/${kind}${name === undefined ? "" : `/${name}`}`;

/** Of any namespace. */
export const secretPath = (namespace: string, name: string): string =>
  inNamespace("/api/v1", namespace, "secrets", name);

export const pathsOf = ({ namespace, cluster, service, httpRoute, caConfigMap, adminAccount }: OpenBaoNames) => ({
  cluster: inNamespace(group, namespace, "openbaoclusters", cluster),
  restores: inNamespace(group, namespace, "openbaorestores"),
  restore: (name: string) => inNamespace(group, namespace, "openbaorestores", name),
  jobs: inNamespace("/apis/batch/v1", namespace, "jobs"),
  job: (name: string) => inNamespace("/apis/batch/v1", namespace, "jobs", name),
  pods: inNamespace("/api/v1", namespace, "pods"),
  quotas: inNamespace("/api/v1", namespace, "resourcequotas"),
  secret: (name: string) => secretPath(namespace, name),
  service: inNamespace("/api/v1", namespace, "services", service),
  ca: inNamespace("/api/v1", namespace, "configmaps", caConfigMap),
  token: `${inNamespace("/api/v1", namespace, "serviceaccounts", adminAccount)}/token`,
  route: inNamespace("/apis/gateway.networking.k8s.io/v1", namespace, "httproutes", httpRoute),
});

/** Label of every object of a cluster, and of what a Job is there for. */
export const labels = {
  cluster: "openbao.org/cluster",
  component: "openbao.org/component",
  revision: "openbao.org/revision",
} as const;

export const conditionOf = (
  object: { readonly status?: { readonly conditions?: readonly Condition[] } } | undefined,
  type: string,
): Condition | undefined => object?.status?.conditions?.find((condition) => condition.type === type);

export const isTrue = (condition: Condition | undefined): boolean => condition?.status === "True";

/** TLSReady is False (SecretMissing): the Secret bao-tls-server is not there */
export const describeCondition = (type: string, condition: Condition | undefined): string =>
  condition === undefined
    ? `${type} is not set`
    : `${type} is ${condition.status}${condition.reason ? ` (${condition.reason})` : ""}${condition.message ? `: ${condition.message}` : ""}`;

export type JobState = "missing" | "running" | "succeeded" | "failed";

export const jobState = (job: Job | undefined): JobState => {
  if (!job) return "missing";
  if (isTrue(conditionOf(job, "Complete"))) return "succeeded";
  return isTrue(conditionOf(job, "Failed")) ? "failed" : "running";
};

export const isReady = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined && isTrue(conditionOf(pod, "Ready"));
