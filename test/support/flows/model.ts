// The words of the service graph: who talks to whom at which port, and what a NetworkPolicy of the plan lets through.

export type Protocol = "TCP" | "UDP";

export interface PodPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** All pods of one workload: a policy can't tell them apart. */
export interface Pods {
  readonly kind: "pods";
  /** `namespace/name` */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  /** Its pods have the node's address: no policy speaks of them, and only a block of addresses or everybody names them. */
  readonly hostNetwork: boolean;
  readonly replicas: number;
  readonly serviceAccount?: string;
  /** It gets a token for the API server. */
  readonly token: boolean;
  /** Ports that the kubelet asks. */
  readonly probes: readonly number[];
  /** Everything that tells it what to do: environment, arguments, mounted files. */
  readonly texts: readonly string[];
}

/** What is no pod: an address, as an ipBlock sees it. */
export interface Outside {
  readonly kind: "outside";
  readonly id: string;
  readonly address: string;
}

export type End = Pods | Outside;

export interface Edge {
  readonly from: End;
  readonly to: End;
  /** Of the pods, behind any Service. */
  readonly port: number;
  readonly protocol: Protocol;
  /** Where it was found. */
  readonly because: string;
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: Protocol;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: Protocol;
}

interface PolicyRule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

export interface PolicySpec {
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
}

/** A NetworkPolicy of networking.k8s.io/v1. */
export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: PolicySpec;
  /** URN's component chain of who declares it, for messages. */
  readonly declaredBy: string;
}

export interface Cluster {
  /** Name to labels. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly pods: readonly Pods[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
}

/** What a text or a rule says and nobody can follow: it fails the walk instead of being left out. */
export class FlowError extends Error {}

export const sameEdge = (a: Edge, b: Edge): boolean =>
  a.from.id === b.from.id && a.to.id === b.to.id && a.port === b.port && a.protocol === b.protocol;

/** Each once; the first says why. */
export const distinct = (edges: readonly Edge[]): Edge[] =>
  [
    ...new Map(
      [...edges]
        .reverse()
        .map((edge) => [`${edge.from.id} ${edge.to.id} ${edge.port} ${edge.protocol}`, edge] as const),
    ).values(),
  ].reverse();

export const edgeText = ({ from, to, port, protocol }: Edge): string =>
  `${from.id} -> ${to.id}:${port}${protocol === "UDP" ? "/udp" : ""}`;
