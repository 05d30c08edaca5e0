// Who may talk to a GitOps engine, and whom it talks to: its pods among themselves, the API server, and repositories.
import { apiServer, type Flows } from "../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../names.ts";

/** Port of Flux' metrics. Argo CD's pods do not ask to be scraped. */
const metrics = 8080;
const ssh = 22;

export interface EngineReach {
  readonly nodePorts: boolean;
  readonly edge: boolean;
  /** Whether it may read repositories by ssh. */
  readonly ssh: boolean;
}

/** For all pods of its namespace: charts name them as they like. */
export const engineFlows = (kind: "flux" | "argocd", reach: EngineReach): Flows => {
  const own = { peers: [{ namespace: namespaces[kind] }], ports: [] };
  return {
    ingress: [
      own,
      ...(kind === "flux"
        ? [{ peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: [metrics] }]
        : []),
      // NodePort traffic arrives from the node.
      ...(kind === "argocd" && reach.nodePorts ? [{ peers: ["anywhere"] as const, ports: [ports.argocdServer] }] : []),
      ...(kind === "argocd" && reach.edge && !reach.nodePorts
        ? [{ peers: [{ namespace: namespaces.ingress, workload: services.traefik }], ports: [ports.argocdServer] }]
        : []),
    ],
    // Repositories over https are at a port of the API server's.
    egress: [apiServer, own, ...(reach.ssh ? [{ peers: ["anywhere"] as const, ports: [ssh] }] : [])],
  };
};
