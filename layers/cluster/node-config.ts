// kind's configuration file as a pure function of the stack's configuration: kubeadm patches for both of kubeadm's API versions.
import { stringify } from "yaml";
import type { KindConfig } from "../../config/schema.ts";
import { nodePorts } from "../../names.ts";
import { type ImageVersion, imageReference } from "../../versions.ts";

/** How kubeadm wants extra arguments: a map (v1beta3), or a list of names and values (v1beta4). */
export type KubeadmApi = "v1beta3" | "v1beta4";

export interface NodeConfig {
  readonly data: KindCluster;
  readonly yaml: string;
  /** Ports on 127.0.0.1 that the cluster listens on, without a random one. */
  readonly hostPorts: readonly number[];
}

interface PortMapping {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly listenAddress: string;
  readonly protocol: "TCP";
}

interface KindNode {
  readonly role: "control-plane" | "worker";
  readonly image: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly extraPortMappings?: readonly PortMapping[];
}

export interface KindCluster {
  readonly kind: "Cluster";
  readonly apiVersion: "kind.x-k8s.io/v1alpha4";
  readonly networking: {
    readonly apiServerAddress: string;
    readonly apiServerPort?: number;
    readonly disableDefaultCNI?: boolean;
    readonly kubeProxyMode?: "none";
  };
  readonly nodes: readonly KindNode[];
  readonly kubeadmConfigPatches: readonly string[];
}

const loopback = "127.0.0.1";

const minor = (kubernetes: string): number => Number(kubernetes.split(".")[1]);

/** kind writes v1beta4 from Kubernetes 1.36 on, v1beta3 before. */
export const kubeadmApi = (kubernetes: string): KubeadmApi => (minor(kubernetes) >= 36 ? "v1beta4" : "v1beta3");

/** Lowest kind that builds this Kubernetes version from our patches: before 0.33 it knew no v1beta4. */
export const kindNeeded = (kubernetes: string, lowest: string): string =>
  kubeadmApi(kubernetes) === "v1beta4" ? "0.33.0" : lowest;

const extraArgs = (api: KubeadmApi, args: Readonly<Record<string, string>>) =>
  api === "v1beta3" ? args : Object.entries(args).map(([name, value]) => ({ name, value }));

const clusterConfiguration = (api: KubeadmApi) => ({
  kind: "ClusterConfiguration",
  apiServer: { extraArgs: extraArgs(api, { "event-ttl": "15m" }) },
  // On loopback, where kubeadm puts them, no Prometheus in a pod reaches their metrics and the targets are down for ever.
  controllerManager: { extraArgs: extraArgs(api, { "bind-address": "0.0.0.0" }) },
  scheduler: { extraArgs: extraArgs(api, { "bind-address": "0.0.0.0" }) },
  etcd: {
    local: {
      extraArgs: extraArgs(api, {
        "auto-compaction-mode": "periodic",
        "auto-compaction-retention": "5m",
        "listen-metrics-urls": "http://0.0.0.0:2381",
      }),
    },
  },
});

/** Hard eviction for memory: the kubelet's own default, which kind's configuration drops; 0% means never. */
const memoryThreshold = { "disk-and-memory": "100Mi", "disk-only": "0%" } as const;

const kubeletConfiguration = (eviction: KindConfig["eviction"]) => ({
  kind: "KubeletConfiguration",
  imageGCHighThresholdPercent: 95,
  imageGCLowThresholdPercent: 80,
  // kind turns disk eviction off (0%), so a full disk ends in a corrupt etcd instead of an evicted pod.
  evictionHard: {
    "memory.available": memoryThreshold[eviction],
    "nodefs.available": "2%",
    "nodefs.inodesFree": "2%",
    "imagefs.available": "2%",
  },
  evictionSoft: { "nodefs.available": "5%", "imagefs.available": "5%" },
  evictionSoftGracePeriod: { "nodefs.available": "1m", "imagefs.available": "1m" },
});

const kubeProxyConfiguration = { kind: "KubeProxyConfiguration", metricsBindAddress: "0.0.0.0:10249" };

const portMappings: readonly PortMapping[] = Object.values(nodePorts).map((port) => ({
  containerPort: port,
  hostPort: port,
  listenAddress: loopback,
  protocol: "TCP",
}));

/** The whole cluster as kind reads it. Patches name no apiVersion: kind skips one that does not match without a word. */
export const kindNodeConfig = (config: KindConfig, nodeImage: ImageVersion): NodeConfig => {
  const image = imageReference(nodeImage);
  const api = kubeadmApi(config.kubernetes);
  const data: KindCluster = {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    networking: {
      apiServerAddress: loopback,
      ...(config.apiServerPort !== undefined && { apiServerPort: config.apiServerPort }),
      // Nodes stay NotReady until layer 2 installs one.
      ...(config.podNetwork === "none" && { disableDefaultCNI: true }),
      ...(config.kubeProxy === "none" && { kubeProxyMode: "none" as const }),
    },
    nodes: [
      // kind turns labels into the kubelet's node-labels, in both API versions.
      { role: "control-plane", image, labels: { "ingress-ready": "true" }, extraPortMappings: portMappings },
      ...Array.from({ length: config.workers }, () => ({ role: "worker" as const, image })),
    ],
    kubeadmConfigPatches: [
      clusterConfiguration(api),
      kubeletConfiguration(config.eviction),
      ...(config.kubeProxy === "none" ? [] : [kubeProxyConfiguration]),
    ].map((patch) => stringify(patch)),
  };
  return {
    data,
    yaml: stringify(data),
    hostPorts: [
      ...(config.apiServerPort === undefined ? [] : [config.apiServerPort]),
      ...portMappings.map((mapping) => mapping.hostPort),
    ],
  };
};
