// The OpenBaoCluster as data. Its version is what a new cluster starts with; a running one is upgraded by a command (see docs/openbao.md).
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { OpenBaoConfig } from "../../../config/schema.ts";
import type { ApiFacts, BucketByKey } from "../../../lib/handles.ts";
import { egressRules, type Peer, peerSpec } from "../../../lib/network-policy.ts";
import { nodeLimitationAnnotation, type OpenBaoNames } from "../../../lib/openbao.ts";
import { type BackupSpec, backupSpec, backupTarget } from "./backup-spec.ts";
import { type SelfInitRequest, selfInitRequests } from "./self-init.ts";

type NetworkPeer = types.input.networking.v1.NetworkPolicyPeer;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;
type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;

/** The fields of `OpenBaoCluster.spec` (openbao.org/v1alpha1) that strata uses. */
export interface OpenBaoClusterSpec {
  readonly profile: "Development";
  readonly version: string;
  readonly image: pulumi.Input<string>;
  readonly initContainer: { readonly enabled: true; readonly image: pulumi.Input<string> };
  readonly replicas: number;
  readonly resources: types.input.core.v1.ResourceRequirements;
  readonly storage: { readonly size: string };
  readonly tls: { readonly enabled: true; readonly mode: "OperatorManaged"; readonly rotationPeriod: string };
  readonly configuration: {
    readonly ui: boolean;
    readonly logLevel: "info";
    readonly logging: { readonly format: "json" };
    readonly raft: { readonly performanceMultiplier: number };
    readonly defaultLeaseTTL: string;
    readonly maxLeaseTTL: string;
    /** Entries, not bytes. */
    readonly cacheSize: number;
  };
  readonly selfInit: {
    readonly enabled: true;
    readonly oidc: { readonly enabled: true };
    readonly requests: pulumi.Input<readonly SelfInitRequest[]>;
  };
  readonly gateway?: GatewaySpec;
  readonly network: {
    readonly apiServerEndpointIPs: pulumi.Input<readonly string[]>;
    readonly trustedIngressPeers: readonly NetworkPeer[];
    readonly ingressRules?: readonly IngressRule[];
    readonly egressRules: readonly EgressRule[];
  };
  readonly backup: BackupSpec;
  readonly restore: { readonly jwtAuthRole: string };
  readonly upgrade: UpgradeSpec;
  readonly deletionPolicy: "DeletePVCs";
  readonly workloadHardening: { readonly appArmorEnabled: boolean };
  readonly observability?: ObservabilitySpec;
}

export interface GatewaySpec {
  readonly enabled: true;
  readonly listenerName: string;
  readonly gatewayRef: { readonly name: pulumi.Input<string>; readonly namespace: string };
  readonly hostname: string;
  readonly backendTLS: { readonly enabled: true; readonly hostname: string };
}

export interface UpgradeSpec {
  readonly image: pulumi.Input<string>;
  readonly strategy: "RollingUpdate" | "BlueGreen";
  readonly preUpgradeSnapshot: boolean;
  readonly blueGreen?: {
    readonly autoPromote: boolean;
    readonly maxJobFailures: number;
    readonly verification: { readonly minSyncDuration: string };
    readonly autoRollback: {
      readonly enabled: boolean;
      readonly onJobFailure: boolean;
      readonly onValidationFailure: boolean;
    };
  };
}

export interface ObservabilitySpec {
  readonly metrics: {
    readonly enabled: boolean;
    readonly scrapeProfile?: "Active" | "AllNodes";
    readonly metricsOnlyListener?: {
      readonly enabled: boolean;
      readonly port?: number;
      readonly unauthenticatedMetricsAccess?: boolean;
    };
    readonly serviceMonitor?: { readonly enabled: boolean };
  };
}

/** Where the cluster is reached from outside. */
export interface ClusterEdge {
  readonly listener: string;
  /** Name of the Gateway. Waits for it. */
  readonly parent: pulumi.Input<string>;
  readonly namespace: string;
  readonly host: string;
}

export interface ClusterSpecArgs {
  readonly config: OpenBaoConfig;
  readonly names: OpenBaoNames;
  readonly images: {
    readonly server: pulumi.Input<string>;
    readonly init: pulumi.Input<string>;
    readonly backup: pulumi.Input<string>;
    readonly upgrade: pulumi.Input<string>;
  };
  readonly api: pulumi.Output<ApiFacts>;
  readonly bucket: Pick<BucketByKey, "endpoint" | "bucket" | "region" | "egress">;
  /** Name of the Secret with the bucket's login. */
  readonly bucketSecret: pulumi.Input<string>;
  /** Who may use the API. The operator and its Jobs may anyway. */
  readonly clients: readonly Exclude<Peer, "anywhere">[];
  readonly edge?: ClusterEdge;
}

/** Enough for a development cluster; the server's default is eight times as many. */
const cacheEntries = 16_384;

const gatewaySpec = (edge: ClusterEdge, names: OpenBaoNames): GatewaySpec => ({
  enabled: true,
  listenerName: edge.listener,
  gatewayRef: { name: edge.parent, namespace: edge.namespace },
  hostname: edge.host,
  // Encrypted again behind the gateway, and verified against the operator's own authority.
  backendTLS: { enabled: true, hostname: names.tlsServerName },
});

/** How upgrades happen. The image of the Jobs is among them because the nodes have it under this name. */
export const upgradeSpec = (
  { strategy, snapshotFirst, syncFor }: OpenBaoConfig["upgrade"],
  image: pulumi.Input<string>,
): UpgradeSpec => ({
  image,
  strategy: strategy === "blue-green" ? "BlueGreen" : "RollingUpdate",
  preUpgradeSnapshot: snapshotFirst,
  ...(strategy === "blue-green" && {
    blueGreen: {
      autoPromote: true,
      maxJobFailures: 5,
      verification: { minSyncDuration: syncFor },
      autoRollback: { enabled: true, onJobFailure: true, onValidationFailure: true },
    },
  }),
});

export const clusterSpec = (args: ClusterSpecArgs): OpenBaoClusterSpec => {
  const { config, names, images, bucket } = args;
  return {
    profile: "Development",
    // Both are written by the upgrade command too, and then into the stack file: the same value from two sides is no change.
    version: config.version,
    image: images.server,
    initContainer: { enabled: true, image: images.init },
    replicas: config.replicas,
    resources: { requests: { cpu: "50m", memory: config.memory }, limits: { memory: config.memory } },
    storage: { size: config.storage },
    tls: { enabled: true, mode: "OperatorManaged", rotationPeriod: "720h" },
    configuration: {
      ui: true,
      logLevel: "info",
      logging: { format: "json" },
      raft: { performanceMultiplier: 2 },
      defaultLeaseTTL: "720h",
      maxLeaseTTL: "8760h",
      cacheSize: cacheEntries,
    },
    selfInit: {
      enabled: true,
      // Logins of the operator and its Jobs, at a mount of their own; the requests are for people.
      oidc: { enabled: true },
      requests: args.api.apply((facts) => selfInitRequests(names, facts)),
    },
    ...(args.edge && { gateway: gatewaySpec(args.edge, names) }),
    network: {
      // A pod network that judges after translation sees these and not the Service: without them no pod joins its cluster.
      apiServerEndpointIPs: args.api.apply(({ endpoints }) => endpoints),
      trustedIngressPeers: args.clients.map(peerSpec),
      // Without a rule the Jobs get out on 443 only, and the store in the cluster is elsewhere.
      egressRules: egressRules(bucket.egress),
    },
    backup: backupSpec(config.backup, backupTarget(names, bucket, args.bucketSecret), images.backup),
    restore: { jwtAuthRole: names.restoreRole },
    upgrade: upgradeSpec(config.upgrade, images.upgrade),
    // Volumes go with the cluster; the backups in the bucket stay, whatever the policy.
    deletionPolicy: "DeletePVCs",
    workloadHardening: { appArmorEnabled: config.appArmor.enabled },
  };
};

/** What is kept of the nodes' limitations, in words; empty where there are none. */
export const clusterAnnotations = ({ appArmor }: Pick<OpenBaoConfig, "appArmor">): Record<string, string> =>
  appArmor.enabled ? {} : { [nodeLimitationAnnotation]: `AppArmor is off: ${appArmor.because}` };
