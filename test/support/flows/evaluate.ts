// What NetworkPolicies let through, by the rules of Kubernetes' own documentation. Pure.
// No kept library for Node does it; in Go there are np-guard and cyclonus, which want a cluster or manifests in files.
import { BlockList, isIPv6 } from "node:net";
import type { Cluster, Edge, End, LabelSelector, Pods, Policy, PolicyPeer, PolicyPort } from "./model.ts";
import { FlowError } from "./model.ts";

export type Direction = "ingress" | "egress";

/** One peer with one port of a rule: the least that can be declared, needed or needless. */
export interface Grant {
  readonly policy: Policy;
  readonly direction: Direction;
  /** Left out: everybody, the world outside too. */
  readonly peer?: PolicyPeer;
  /** Left out: every port. */
  readonly port?: PolicyPort;
}

type Labels = Readonly<Record<string, string>>;

export const selects = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      default:
        throw new FlowError(`Unknown operator ${operator} of a label selector`);
    }
  });

const inBlock = (cidr: string, address: string): boolean => {
  const [base = "", length = ""] = cidr.split("/");
  const family = isIPv6(base) ? "ipv6" : "ipv4";
  const block = new BlockList();
  block.addSubnet(base, Number(length), family);
  return isIPv6(address) === (family === "ipv6") && block.check(address, family);
};

/** Stands for the address of a node. */
export const nodeAddress = "172.18.0.2";

/** Without the pods that have an address of their own: whether a block of addresses holds them differs between pod networks. */
const addressOf = (end: End): string | undefined => {
  if (end.kind === "outside") return end.address;
  return end.hostNetwork ? nodeAddress : undefined;
};

const matchesPeer = (grant: Grant, other: End, cluster: Cluster): boolean => {
  const { peer } = grant;
  if (peer === undefined) return true;
  if (peer.ipBlock) {
    const address = addressOf(other);
    const { cidr, except = [] } = peer.ipBlock;
    return address !== undefined && inBlock(cidr, address) && !except.some((hole) => inBlock(hole, address));
  }
  if (other.kind === "outside" || other.hostNetwork) return false;
  const inNamespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, cluster.namespaces.get(other.namespace) ?? {})
    : other.namespace === grant.policy.namespace;
  return inNamespace && selects(peer.podSelector, other.labels);
};

const matchesPort = ({ port }: Grant, edge: Edge): boolean => {
  if (port === undefined) return true;
  if ((port.protocol ?? "TCP") !== edge.protocol) return false;
  if (port.port === undefined) return true;
  if (typeof port.port === "string")
    return (
      edge.to.kind === "pods" &&
      edge.to.ports.some(
        ({ name, port: number, protocol }) => name === port.port && number === edge.port && protocol === edge.protocol,
      )
    );
  return edge.port >= port.port && edge.port <= (port.endPort ?? port.port);
};

const types = ({ spec }: Policy): readonly string[] =>
  spec.policyTypes ?? (spec.egress && spec.egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"]);

const isOver = (policy: Policy, pods: Pods): boolean =>
  policy.namespace === pods.namespace && selects(policy.spec.podSelector, pods.labels);

const one = <T>(list: readonly T[] | undefined): readonly (T | undefined)[] =>
  list === undefined || list.length === 0 ? [undefined] : list;

/** Every peer with every port of every rule. */
export const grantsOf = (policy: Policy): Grant[] =>
  (["ingress", "egress"] as const).flatMap((direction) =>
    (policy.spec[direction] ?? []).flatMap((rule) =>
      one(direction === "ingress" ? rule.from : rule.to).flatMap((peer) =>
        one(rule.ports).map((port) => ({ policy, direction, ...(peer && { peer }), ...(port && { port }) })),
      ),
    ),
  );

export interface Verdict {
  /** `open`: no policy speaks of that end. Otherwise the grants that let the edge through; none: it is denied. */
  readonly egress: "open" | readonly Grant[];
  readonly ingress: "open" | readonly Grant[];
}

export const judge = (edge: Edge, cluster: Cluster): Verdict => {
  const side = (direction: Direction, own: End, other: End): "open" | Grant[] => {
    if (own.kind === "outside" || own.hostNetwork) return "open";
    const type = direction === "ingress" ? "Ingress" : "Egress";
    const over = cluster.policies.filter((policy) => isOver(policy, own) && types(policy).includes(type));
    if (over.length === 0) return "open";
    return over
      .flatMap(grantsOf)
      .filter(
        (grant) => grant.direction === direction && matchesPeer(grant, other, cluster) && matchesPort(grant, edge),
      );
  };
  return { egress: side("egress", edge.from, edge.to), ingress: side("ingress", edge.to, edge.from) };
};

const selectorText = (selector: LabelSelector | undefined): string => {
  const parts = [
    ...Object.values(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).map(
      ({ key, operator, values }) => `${key} ${operator} ${(values ?? []).join(",")}`,
    ),
  ];
  return parts.length > 0 ? parts.join("+") : "*";
};

export const peerText = (peer: PolicyPeer | undefined, policy: Policy): string => {
  if (peer === undefined) return "anywhere";
  if (peer.ipBlock) return peer.ipBlock.cidr;
  return `${peer.namespaceSelector ? selectorText(peer.namespaceSelector) : policy.namespace}/${selectorText(peer.podSelector)}`;
};

export const portText = (port: PolicyPort | undefined): string => {
  if (port?.port === undefined) return "every port";
  return `${port.port}${port.endPort === undefined ? "" : `-${port.endPort}`}${port.protocol === "UDP" ? "/udp" : ""}`;
};

/** For comparing: two grants of one policy that say the same. */
export const grantText = ({ policy, direction, peer, port }: Grant): string =>
  `${policy.namespace}/${policy.name} ${direction} ${peerText(peer, policy)} ${portText(port)}`;
