// k3d's configuration file as a pure function of the stack's configuration: one k3s server, agents, everything on loopback.
import { stringify } from "yaml";
import type { K3dConfig } from "../../config/schema.ts";
import { longestK3dName } from "../../lib/cluster-kinds.ts";
import { UserError } from "../../lib/errors.ts";
import { nodePorts } from "../../names.ts";
import { type ImageVersion, imageReference } from "../../versions.ts";

interface ForNodes {
  /** `server:0`, `agent:*`; `:direct` publishes a port on the node itself and not on a load balancer in front of it. */
  readonly nodeFilters: readonly string[];
}

export interface K3dCluster {
  readonly apiVersion: "k3d.io/v1alpha5";
  readonly kind: "Simple";
  readonly metadata: { readonly name: string };
  readonly servers: 1;
  readonly agents: number;
  readonly image: string;
  readonly kubeAPI: { readonly hostIP: string; readonly hostPort?: string };
  readonly ports: readonly (ForNodes & { readonly port: string })[];
  readonly options: {
    readonly k3d: { readonly wait: true; readonly disableLoadbalancer: true };
    readonly k3s: {
      readonly extraArgs: readonly (ForNodes & { readonly arg: string })[];
      readonly nodeLabels: readonly (ForNodes & { readonly label: string })[];
    };
    readonly kubeconfig: { readonly updateDefaultKubeconfig: false; readonly switchCurrentContext: false };
  };
}

export interface K3dConfigFile {
  readonly data: K3dCluster;
  readonly yaml: string;
  /** Ports on 127.0.0.1 that the cluster listens on, without a random one. */
  readonly hostPorts: readonly number[];
}

const loopback = "127.0.0.1";

/** Names of the node containers, as k3d gives them: the server, then the agents. */
export const k3dNodeNames = (name: string, agents: number): readonly string[] => [
  `k3d-${name}-server-0`,
  ...Array.from({ length: agents }, (_, index) => `k3d-${name}-agent-${index}`),
];

/** Components that the platform brings itself, and metrics-server, which a kind cluster has not either. */
const disabled = ["traefik", "servicelb", "metrics-server"];

// Of k3s's parts none but the API server and the kubelet is opened: it is one process, and both serve the metrics of all.
const serverArgs = [
  ...disabled.map((component) => `--disable=${component}`),
  // Installs HelmChart objects, and nobody here makes one.
  "--disable-helm-controller",
  "--kube-apiserver-arg=event-ttl=15m",
];

/** The same thresholds as on kind (node-config.ts). */
const kubeletArgs = [
  "image-gc-high-threshold=95",
  "image-gc-low-threshold=80",
  "eviction-hard=memory.available<100Mi,nodefs.available<2%,nodefs.inodesFree<2%,imagefs.available<2%",
  "eviction-soft=nodefs.available<5%,imagefs.available<5%",
  "eviction-soft-grace-period=nodefs.available=1m,imagefs.available=1m",
].map((arg) => `--kubelet-arg=${arg}`);

const server = ["server:0"];
const everyNode = ["server:*", "agent:*"];

/**
 * The whole cluster as k3d reads it.
 *
 * @throws UserError where k3d would refuse the name.
 */
export const k3dConfig = (name: string, config: K3dConfig, nodeImage: ImageVersion): K3dConfigFile => {
  if (name.length > longestK3dName)
    throw new UserError(
      `k3d takes names of at most ${longestK3dName} characters, and ${name} has ${name.length}. Set strata:cluster.name in the stack file.`,
    );
  const ports = Object.values(nodePorts);
  const data: K3dCluster = {
    apiVersion: "k3d.io/v1alpha5",
    kind: "Simple",
    metadata: { name },
    servers: 1,
    agents: config.agents,
    image: imageReference(nodeImage),
    kubeAPI: {
      hostIP: loopback,
      ...(config.apiServerPort !== undefined && { hostPort: String(config.apiServerPort) }),
    },
    ports: ports.map((port) => ({ port: `${loopback}:${port}:${port}/tcp`, nodeFilters: ["server:0:direct"] })),
    options: {
      // One server needs nothing in front of it, and a port published twice is one more thing that can be taken.
      k3d: { wait: true, disableLoadbalancer: true },
      k3s: {
        extraArgs: [
          ...serverArgs.map((arg) => ({ arg, nodeFilters: server })),
          ...kubeletArgs.map((arg) => ({ arg, nodeFilters: everyNode })),
        ],
        nodeLabels: [{ label: "ingress-ready=true", nodeFilters: server }],
      },
      // The cluster's own kubeconfig is kept beside its state: the user's current context stays what it is.
      kubeconfig: { updateDefaultKubeconfig: false, switchCurrentContext: false },
    },
  };
  return {
    data,
    yaml: stringify(data),
    hostPorts: [...(config.apiServerPort === undefined ? [] : [config.apiServerPort]), ...ports],
  };
};
