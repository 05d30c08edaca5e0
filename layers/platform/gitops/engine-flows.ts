// Who may talk to a GitOps engine, and whom it talks to: its pods among themselves, the API server, and repositories.
import { apiServer, type Flows } from "../../../lib/network-policy.ts";
import { namespaces, services } from "../../../names.ts";

/** Ports of the pods' metrics, as the charts set them. */
const metrics = { flux: [8080], argocd: [8082, 8083, 8084] };
/** Port of Argo CD's server in its pod. */
const argoCdServer = 8080;
const ssh = 22;

/** For all pods of its namespace: charts name them as they like. */
export const engineFlows = (kind: "flux" | "argocd", isExposed: boolean): Flows => {
  const own = { peers: [{ namespace: namespaces[kind] }], ports: [] };
  return {
    ingress: [
      own,
      { peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: metrics[kind] },
      // NodePort traffic arrives from the node.
      ...(kind === "argocd" && isExposed ? [{ peers: ["anywhere"] as const, ports: [argoCdServer] }] : []),
    ],
    // Repositories over https are at a port of the API server's.
    egress: [apiServer, own, { peers: ["anywhere"], ports: [ssh] }],
  };
};
