// Walks the service graph over the declared flows: what is needed and denied, what is declared and needless. Messages say what to do.
import { offered } from "./chart-flows.ts";
import { openbaoPolicy } from "./charted.ts";
import { type Grant, grantsOf, grantText, judge, peerText, portText } from "./evaluate.ts";
import type { Graph } from "./graph.ts";
import { type Edge, type End, edgeText, type Pods } from "./model.ts";

export interface Walk {
  /** Needed connections that a policy denies, in words. */
  readonly denied: readonly string[];
  /** Declared flows that no connection needs, in words. */
  readonly needless: readonly string[];
  /** Declared flows that were walked. */
  readonly grants: number;
  /** Of `offered`: entries that hold. */
  readonly offers: readonly string[];
}

/** Made by hand or by a component of strata's; an operator's own policies are not ours to judge. */
const isOurs = ({ policy }: Grant): boolean =>
  policy.declaredBy.startsWith("platform:OpenBao (")
    ? policy.name === openbaoPolicy
    : policy.declaredBy !== "OpenBao's operator";

/** DNS is in every policy that lib/network-policy.ts makes. */
const isLookup = ({ port, peer }: Grant): boolean =>
  port?.port === 53 && peer?.namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] === "kube-system";

const isOutside = (end: End): boolean => end.kind === "outside" || end.hostNetwork;

const endText = (end: End): string => (end.kind === "outside" ? `the ${end.id}` : end.id);

const missing = (edge: Edge, side: "egress" | "ingress", graph: Graph): string => {
  const own = (side === "egress" ? edge.from : edge.to) as Pods;
  const other = side === "egress" ? edge.to : edge.from;
  const over = graph.cluster.policies.find(
    ({ namespace, spec }) =>
      namespace === own.namespace &&
      spec.podSelector?.matchLabels?.["app.kubernetes.io/name"] === own.labels["app.kubernetes.io/name"],
  );
  const where = over ? `${over.declaredBy}` : `who makes ${own.id}: no policy names these pods`;
  return `missing: ${edgeText(edge)} (${edge.because}). ${own.id} has no ${side} flow ${side === "egress" ? "to" : "from"} ${endText(other)} at ${edge.port}: declare it in ${where}, or take away what makes the connection`;
};

const needless = (grant: Grant, why: string): string => {
  const { policy, direction, peer, port } = grant;
  return `needless: ${policy.namespace}/${policy.name} declares ${direction} ${direction === "egress" ? "to" : "from"} ${peerText(peer, policy)} at ${portText(port)}, ${why}: take it out of ${policy.declaredBy}, or list it in test/support/flows/chart-flows.ts with the reason`;
};

/** Every flow that a component of strata's declares. */
export const declared = (graph: Graph): Grant[] => graph.cluster.policies.flatMap(grantsOf).filter(isOurs);

export const walk = (graph: Graph): Walk => {
  const used = new Map<string, Edge[]>();
  const denied = graph.edges.flatMap((edge) => {
    const verdict = judge(edge, graph.cluster);
    return (["egress", "ingress"] as const).flatMap((side) => {
      const grants = verdict[side];
      if (grants === "open") return [];
      for (const grant of grants) {
        const text = grantText(grant);
        used.set(text, [...(used.get(text) ?? []), edge]);
      }
      return grants.length > 0 ? [] : [missing(edge, side, graph)];
    });
  });
  const grants = declared(graph).filter((grant) => !isLookup(grant));
  const faults = grants.flatMap((grant) => {
    const edges = used.get(grantText(grant)) ?? [];
    const other = ({ from, to }: Edge) => (grant.direction === "egress" ? to : from);
    if (edges.length === 0) return [{ grant, why: "and nothing in the stack uses it" }];
    // A peer that can be named is to be named: anywhere lets the world in, or out.
    if (grant.peer === undefined && !edges.some((edge) => isOutside(other(edge))))
      return [
        { grant, why: `and only pods use it (${[...new Set(edges.map((edge) => endText(other(edge))))].join(", ")})` },
      ];
    return [];
  });
  const isOffered = ({ grant }: { grant: Grant }) => grantText(grant) in offered;
  return {
    denied,
    needless: [...new Set(faults.filter((fault) => !isOffered(fault)).map(({ grant, why }) => needless(grant, why)))],
    grants: grants.length,
    offers: faults.filter(isOffered).map(({ grant }) => grantText(grant)),
  };
};
