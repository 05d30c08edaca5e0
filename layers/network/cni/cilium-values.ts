// What Cilium's chart is told. Pure.
import type { NetworkConfig } from "../../../config/schema.ts";
import type { AwsHandle } from "../../../lib/aws/handle.ts";
import type { ChartImage } from "../../../lib/chart-images.ts";
import { nodePorts } from "../../../names.ts";
import { eniValues } from "./eni.ts";

export type CiliumConfig = Extract<NetworkConfig["cni"], { kind: "cilium" }>;

export interface CiliumTraits {
  /** Node ports of this cluster are reachable from 127.0.0.1 of the user's machine. */
  readonly nodePorts: boolean;
  /** It is the gateway too. Default: no. */
  readonly gateway?: boolean;
  /** Of the cluster. */
  readonly name: string;
  /** Account whose addresses pods get. Left out: those of the node's own range. */
  readonly aws?: Pick<AwsHandle, "tags" | "clusterName">;
}

type Image = ChartImage<"cilium">;

/** Its gateway needs kube-proxy's work to be its own, and then the API server under an address that no Service gives. */
const gateway = (cluster: string) => ({
  kubeProxyReplacement: true,
  k8sServiceHost: `${cluster}-control-plane`,
  k8sServicePort: 6443,
  gatewayAPI: {
    enabled: true,
    // h2c, by the Service's appProtocol.
    enableAppProtocol: true,
    gatewayClass: { create: "true" },
    // A local cluster hands out no load balancer's address: Envoy listens on the node that the user's ports lead to.
    hostNetwork: { enabled: true, nodes: { matchLabels: { "ingress-ready": "true" } } },
  },
});

const hubble = ({ nodePorts: reachable }: CiliumTraits, image: Image) => ({
  enabled: true,
  relay: { enabled: true, image: { override: image("hubbleRelay").reference } },
  ui: {
    enabled: true,
    backend: { image: { override: image("hubbleUiBackend").reference } },
    frontend: { image: { override: image("hubbleUi").reference } },
    service: reachable ? { type: "NodePort", nodePort: nodePorts.hubbleUi } : { type: "ClusterIP" },
  },
  metrics: { enabled: ["dns", "drop", "tcp", "flow", "icmp", "httpV2"] },
});

const clusterPool = (image: Image) => ({
  // kind gives each node a range of its own, and the nodes' routes follow it.
  ipam: { mode: "kubernetes" },
  // The chart's default of 2 waits for a second node for ever.
  operator: { image: { override: image("operator").reference }, replicas: 1, prometheus: { enabled: true } },
});

export const ciliumValues = (config: CiliumConfig, traits: CiliumTraits, image: Image) => ({
  image: { override: image("agent").reference, pullPolicy: "IfNotPresent" },
  envoy: { image: { override: image("envoy").reference } },
  ...(traits.aws ? eniValues(traits.aws, image("operatorAws")) : clusterPool(image)),
  // kube-proxy is there: kubeadm installs it, and a second one would fight it.
  ...(traits.gateway === true ? gateway(traits.name) : { kubeProxyReplacement: false }),
  // A service mesh chains its own plugin behind Cilium's, and redirects traffic of pods by itself.
  cni: { exclusive: false },
  socketLB: { hostNamespaceOnly: true },
  prometheus: { enabled: true },
  hubble: config.hubble ? hubble(traits, image) : { enabled: false },
});
