// Who may talk to a GitOps engine, and whom it talks to: its pods among themselves, the API server, and repositories.
import { apiServer, type Flows } from "../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../names.ts";

/** Ports of the pods' metrics, as the charts set them. */
const metrics = { flux: [8080], argocd: [8082, 8083, 8084] };
const ssh = 22;

/** For all pods of its namespace: charts name them as they like. */
export const engineFlows = (
  kind: "flux" | "argocd",
  reached: { readonly nodePorts: boolean; readonly edge: boolean },
): Flows => {
  const own = { peers: [{ namespace: namespaces[kind] }], ports: [] };
  return {
    ingress: [
      own,
      { peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: metrics[kind] },
      // NodePort traffic arrives from the node.
      ...(kind === "argocd" && reached.nodePorts
        ? [{ peers: ["anywhere"] as const, ports: [ports.argocdServer] }]
        : []),
      ...(kind === "argocd" && reached.edge
        ? [{ peers: [{ namespace: namespaces.ingress, workload: services.traefik }], ports: [ports.argocdServer] }]
        : []),
    ],
    // Repositories over https are at a port of the API server's.
    egress: [apiServer, own, { peers: ["anywhere"], ports: [ssh] }],
  };
};
