// Network policies from a list of flows: a namespace denies everything, and each workload says who may talk to it and whom it talks to.

import type { types } from "@pulumi/kubernetes";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type * as pulumi from "@pulumi/pulumi";
import { labels } from "../names.ts";
import { metadata, selector } from "./workload.ts";

type PeerSpec = types.input.networking.v1.NetworkPolicyPeer;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;
type PolicySpec = types.input.networking.v1.NetworkPolicySpec;

/**
 * The other end of a flow: pods of a namespace (all, or those of one workload), addresses outside the cluster, or everybody.
 * `anywhere` includes the node itself and the world outside; NodePort traffic arrives from there.
 * `internet` is the world outside only: no pod, no node, no metadata service of a cloud.
 * `pods` is every pod of the cluster that has an address of its own.
 * `probes` is the kubelet as a pod in an ambient mesh sees it.
 * `cidr` is a block of addresses, such as a VPC's; what is behind it may be pods too.
 * `pod-identity` is the agent on each node of EKS that hands pods their credentials of the account.
 */
export type Peer =
  | "anywhere"
  | "internet"
  | "pods"
  | "probes"
  | "pod-identity"
  | { readonly cidr: string }
  | { readonly namespace: string; readonly workload?: string };

export interface Flow {
  /** None: the flow lets nobody through. */
  readonly peers: readonly Peer[];
  /** Ports of the pods, not of a Service. Empty: every port. */
  readonly ports: readonly number[];
  /** Default TCP. */
  readonly protocol?: "TCP" | "UDP";
}

export interface Flows {
  readonly ingress?: readonly Flow[];
  /** DNS is always allowed. */
  readonly egress?: readonly Flow[];
}

/** Private, shared and link-local ranges: where pods, nodes and the metadata services of clouds live. */
const insideRanges = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/** Source address that Istio's CNI plugin gives the kubelet's probes, so that they are told apart from what goes through the mesh. */
const probeAddress = "169.254.7.127/32";

/** Link-local address of the EKS Pod Identity agent, the same on every node. Not the metadata service, which pods never reach. */
const podIdentityAddress = "169.254.170.23/32";

/** A peer as a policy names it, for policies that somebody else writes, such as an operator. Everybody has no name. */
export const peerSpec = (peer: Exclude<Peer, "anywhere">): PeerSpec => {
  if (peer === "internet") return { ipBlock: { cidr: "0.0.0.0/0", except: insideRanges } };
  if (peer === "pods") return { namespaceSelector: {} };
  if (peer === "probes") return { ipBlock: { cidr: probeAddress } };
  if (peer === "pod-identity") return { ipBlock: { cidr: podIdentityAddress } };
  if ("cidr" in peer) return { ipBlock: { cidr: peer.cidr } };
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } },
    ...(peer.workload !== undefined && { podSelector: { matchLabels: selector(peer.workload) } }),
  };
};

const peers = (flow: Flow): PeerSpec[] | undefined => {
  const named = flow.peers.filter((peer) => peer !== "anywhere");
  return named.length === flow.peers.length ? named.map(peerSpec) : undefined;
};

const flowPorts = (flow: Flow) => flow.ports.map((port) => ({ port, protocol: flow.protocol ?? "TCP" }));

/** Flows of the same peers as one: a pod may need one way for two duties, and a rule that is there twice hides that one is needless. */
const merged = (flows: readonly Flow[]): Flow[] => {
  const known = new Map<string, Flow>();
  // An empty list of peers would be everybody to Kubernetes.
  for (const flow of flows.filter(({ peers: those }) => those.length > 0)) {
    const key = JSON.stringify([flow.peers, flow.protocol]);
    const before = known.get(key);
    const isEvery = flow.ports.length === 0 || before?.ports.length === 0;
    const ports = isEvery ? [] : [...new Set([...(before?.ports ?? []), ...flow.ports])];
    known.set(key, { ...flow, ports });
  }
  return [...known.values()];
};

/** Flows as rules of egress; DNS is not among them. */
export const egressRules = (flows: readonly Flow[]): EgressRule[] =>
  merged(flows).map((flow) => {
    const to = peers(flow);
    return { ports: flowPorts(flow), ...(to && { to }) };
  });

/** DNS of the cluster, over UDP and TCP. */
const dns = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

/** Egress to the API server: its Service's port, and the node's port behind it for those who judge after translation. */
export const apiServer: Flow = { peers: ["anywhere"], ports: [443, 6443] };

/** Egress of a pod that acts in the account by a role of its own: its credentials, and AWS's APIs. */
export const awsFlows: readonly Flow[] = [
  { peers: ["pod-identity"], ports: [80] },
  { peers: ["anywhere"], ports: [443] },
];

/** Policy of one workload. */
export const policySpec = (workload: string, flows: Flows): PolicySpec => ({
  podSelector: { matchLabels: { [labels.name]: workload } },
  policyTypes: ["Ingress", "Egress"],
  ingress: merged(flows.ingress ?? []).map((flow) => {
    const from = peers(flow);
    return { ports: flowPorts(flow), ...(from && { from }) };
  }),
  egress: [dns, ...egressRules(flows.egress ?? [])],
});

/** Everything in a namespace that no other policy names. */
export const denyAllSpec: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/**
 * The one NetworkPolicy of all pods of a namespace: where a chart names them, or nobody here.
 *
 * @param args.except a workload with a policy of its own. Default: none.
 */
export const allowNamespaceFlows = (
  name: string,
  args: { namespace: pulumi.Input<string>; policy: string; flows: Flows; except?: string },
  options: pulumi.CustomResourceOptions,
): NetworkPolicy =>
  new NetworkPolicy(
    name,
    {
      metadata: metadata(args.policy, args.namespace),
      spec: {
        ...policySpec(args.policy, args.flows),
        podSelector:
          args.except === undefined
            ? {}
            : { matchExpressions: [{ key: labels.name, operator: "NotIn", values: [args.except] }] },
      },
    },
    options,
  );

/** The NetworkPolicy of one workload, named like it. */
export const allowFlows = (
  name: string,
  args: { namespace: pulumi.Input<string>; workload: string; flows: Flows },
  options: pulumi.CustomResourceOptions,
): NetworkPolicy =>
  new NetworkPolicy(
    name,
    { metadata: metadata(args.workload, args.namespace), spec: policySpec(args.workload, args.flows) },
    options,
  );
