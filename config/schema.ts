// The whole surface of a stack file: strict objects, one schema per section. Checks across sections are in cross-check.ts.
import { z } from "zod";
import type { GatewayApiMinor } from "../versions.ts";
import { AppsSchema } from "./apps.schema.ts";
import { ChartsSchema, ClusterSchema, ImagesSchema } from "./cluster.schema.ts";
import { GitOpsSchema } from "./gitops.schema.ts";
import { NetworkSchema } from "./network.schema.ts";
import { OpenBaoSchema } from "./openbao.schema.ts";
import { ObjectStoreSchema, ObservabilitySchema, QueueSchema } from "./platform.schema.ts";
import { PolicySchema } from "./policy.schema.ts";
import { PostgresSchema } from "./postgres.schema.ts";
import { SecretsSchema } from "./secrets.schema.ts";

export const sections = {
  cluster: ClusterSchema,
  images: ImagesSchema.prefault({}),
  charts: ChartsSchema.prefault({}),
  network: NetworkSchema.prefault({}),
  postgres: PostgresSchema.exactOptional(),
  objectStore: ObjectStoreSchema.exactOptional(),
  observability: ObservabilitySchema.exactOptional(),
  queue: QueueSchema.exactOptional(),
  secrets: SecretsSchema.exactOptional(),
  openbao: OpenBaoSchema.exactOptional(),
  policy: PolicySchema.prefault({ kind: "none" }),
  gitops: GitOpsSchema.exactOptional(),
  apps: AppsSchema.default({}),
};

export type SectionName = keyof typeof sections;
export const sectionNames = Object.keys(sections) as SectionName[];

export const ConfigSchema = z.strictObject(sections);

/** Keys of the stack file that hold a secret; they never pass through the schema, so their plaintext is in no error text. */
export const secretKeys = {
  tunnelCredentials: "Credentials file of the tunnel",
  secretsCredentials: "Login of the backend of secrets",
  dnsCredentials: "Secret of the zone's provider (network.dns.provider)",
  gitToken: "Token that reads the repository of gitops.source over https",
  gitSshKey: "Private key that reads the repository of gitops.source over ssh",
} as const;

export type SecretKey = keyof typeof secretKeys;

type Sections = z.output<typeof ConfigSchema>;
export type Config = Omit<Sections, "cluster" | "network"> & {
  readonly cluster: ClusterConfig;
  readonly network: Omit<Sections["network"], "gatewayApi"> & {
    /** With the version that is installed, where the stack file names none. */
    readonly gatewayApi?: { readonly version?: GatewayApiMinor };
  };
};
export type KindConfig = Extract<Sections["cluster"], { kind: "kind" }> & {
  /** Follows from network.cni and is no key of the stack file: layer 2 brings the pod network, so kind must not. */
  readonly podNetwork?: "none";
  /** Follows from network.ingress: Cilium's gateway does kube-proxy's work. */
  readonly kubeProxy?: "none";
};
export type K3dConfig = Extract<Sections["cluster"], { kind: "k3d" }>;
export type EksConfig = Extract<Sections["cluster"], { kind: "eks" }> & {
  /** Follows from network.cni and is no key of the stack file: a CNI of our own comes into nodes that have none. */
  readonly podNetwork?: "none";
  /** Follows from network.ingress: Cilium's gateway does kube-proxy's work. */
  readonly kubeProxy?: "none";
};
export type KwokConfig = Extract<Sections["cluster"], { kind: "kwok" }> & {
  /** Follows from a rehearsal and is no key of the stack file: the cluster in whose place it stands. */
  readonly rehearses?: EksConfig;
};
export type ClusterConfig =
  | Exclude<Sections["cluster"], { kind: "kind" | "kwok" | "eks" }>
  | KindConfig
  | KwokConfig
  | EksConfig;
export type ExistingConfig = Extract<ClusterConfig, { kind: "existing" }>;
export type ImagesConfig = Config["images"];
export type ChartsConfig = Config["charts"];
export type NetworkConfig = Config["network"];
export type MeshConfig = NonNullable<NetworkConfig["mesh"]>;
export type AppMeshConfig = NonNullable<Config["apps"][string]["mesh"]>;
export type IngressConfig = NetworkConfig["ingress"];
export type TraefikConfig = Extract<IngressConfig, { kind: "traefik" }>;
export type CiliumGatewayConfig = Extract<IngressConfig, { kind: "cilium" }>;
export type CertificatesConfig = NonNullable<NetworkConfig["certificates"]>;
export type CertManagerConfig = Extract<CertificatesConfig, { kind: "cert-manager" }>;
export type EdgeConfig = NonNullable<NetworkConfig["edge"]>;
export type DnsConfig = NonNullable<NetworkConfig["dns"]>;
export type ExtraRouteConfig = IngressConfig["routes"][string];
export type MiddlewareConfig = NetworkConfig["ingress"]["middlewares"][string];
export type PostgresConfig = NonNullable<Config["postgres"]>;
export type NativePostgresConfig = Extract<PostgresConfig, { kind: "native" }>;
export type CloudNativePgConfig = Extract<PostgresConfig, { kind: "cloudnative-pg" }>;
export type RdsConfig = Extract<PostgresConfig, { kind: "rds" }>;
export type ObjectStoreConfig = NonNullable<Config["objectStore"]>;
export type GarageConfig = Extract<ObjectStoreConfig, { kind: "garage" }>;
export type RustFsConfig = Extract<ObjectStoreConfig, { kind: "rustfs" }>;
export type S3Config = Extract<ObjectStoreConfig, { kind: "s3" }>;
export type ObservabilityConfig = NonNullable<Config["observability"]>;
export type SecretsConfig = NonNullable<Config["secrets"]>;
export type OpenBaoConfig = NonNullable<Config["openbao"]>;
export type PolicyConfig = Config["policy"];
export type KyvernoConfig = Extract<PolicyConfig, { kind: "kyverno" }>;
export type SignatureConfig = KyvernoConfig["signatures"][number];
export type QueueConfig = NonNullable<Config["queue"]>;
export type GitOpsConfig = NonNullable<Config["gitops"]>;
export type AppConfig = Config["apps"][string];
