// What a NetworkPolicy sees of a workload in the mesh: tunnels between pods on one port, and the kubelet's probes from another address.
import { namespaces, ports, services } from "../../names.ts";
import type { Flow, Flows, Peer } from "../network-policy.ts";
import type { MeshMembers } from "./membership.ts";

type NamedPeer = Extract<Peer, { readonly namespace: string }>;

const hbone = (peers: readonly Peer[]): Flow[] => {
  const unique = [...new Map(peers.map((peer) => [JSON.stringify(peer), peer])).values()];
  return unique.length > 0 ? [{ peers: unique, ports: [ports.hbone] }] : [];
};

const isMember = (peer: Peer, mesh: MeshMembers): peer is NamedPeer =>
  typeof peer === "object" && "namespace" in peer && mesh.members.includes(peer.namespace);

const waypointOf = (namespace: string): NamedPeer => ({ namespace, workload: services.waypoint });

/** What the tunnels and probes of a workload need, and nothing of what goes past the mesh. Empty for a namespace that takes no part. */
export const tunnelFlows = (namespace: string, flows: Flows, mesh: MeshMembers | undefined): Flows => {
  if (!mesh?.members.includes(namespace)) return {};
  const callers = (flows.ingress ?? []).flatMap(({ peers }) =>
    peers.flatMap((peer): Peer[] => {
      if (peer === "anywhere" || peer === "pods") return mesh.members.map((member) => ({ namespace: member }));
      return isMember(peer, mesh) ? [peer] : [];
    }),
  );
  // A waypoint stands between caller and pod, and the pod sees its address only.
  const through = mesh.waypoints.includes(namespace) && callers.length > 0 ? [waypointOf(namespace)] : callers;
  const called = (flows.egress ?? []).flatMap(({ peers }) =>
    peers.flatMap((peer) => {
      if (!isMember(peer, mesh)) return [];
      return mesh.waypoints.includes(peer.namespace) ? [waypointOf(peer.namespace)] : [peer];
    }),
  );
  return { ingress: [...hbone(through), { peers: ["probes"], ports: [] }], egress: hbone(called) };
};

const withoutMembers = (flows: readonly Flow[] | undefined, mesh: MeshMembers): Flow[] =>
  (flows ?? []).flatMap((flow) => {
    const peers = flow.peers.filter((peer) => !isMember(peer, mesh));
    return peers.length > 0 ? [{ ...flow, peers }] : [];
  });

/**
 * Flows of a workload with the mesh in between: what members say to each other goes through tunnels only, so nothing that the mesh
 * failed to take over gets by in the clear. The flows as they are where there is no mesh, or the namespace takes no part.
 */
export const meshedFlows = (namespace: string, flows: Flows, mesh: MeshMembers | undefined): Flows => {
  if (!mesh?.members.includes(namespace)) return flows;
  const tunnels = tunnelFlows(namespace, flows, mesh);
  return {
    ingress: [...withoutMembers(flows.ingress, mesh), ...(tunnels.ingress ?? [])],
    egress: [...withoutMembers(flows.egress, mesh), ...(tunnels.egress ?? [])],
  };
};

/** Flows of a namespace's waypoint. */
export const waypointFlows = (namespace: string, mesh: MeshMembers, telemetryNamespace: string | undefined): Flows => ({
  ingress: [
    ...hbone(mesh.members.map((member) => ({ namespace: member }))),
    {
      peers: [{ namespace: namespaces.observability, workload: services.prometheus }],
      ports: [ports.istioProxyMetrics],
    },
  ],
  egress: [
    ...hbone([{ namespace }]),
    { peers: [{ namespace: namespaces.mesh, workload: services.istiod }], ports: [ports.istiodXds] },
    ...(telemetryNamespace === undefined
      ? []
      : [{ peers: [{ namespace: telemetryNamespace, workload: services.collector }], ports: [ports.otlpGrpc] }]),
  ],
});
