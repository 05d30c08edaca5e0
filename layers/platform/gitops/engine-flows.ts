// Who may talk to a GitOps engine, and whom it talks to: its pods among themselves, the API server, and repositories.
import type { types } from "@pulumi/kubernetes";
import { allowedDns } from "../../../lib/network-policy.ts";
import { labels, namespaces, services } from "../../../names.ts";

type PolicySpec = types.input.networking.v1.NetworkPolicySpec;

const tcp = (...numbers: number[]) => numbers.map((port) => ({ port, protocol: "TCP" }));

/** Ports of the pods' metrics. */
const metrics = { flux: tcp(8080), argocd: tcp(8082, 8083, 8084) };
/** Port of Argo CD's server in its pod. */
const argoCdServer = tcp(8080);
/** The API server by its Service and by its node, and repositories over https and ssh. */
const outside = tcp(443, 6443, 22);

/** One policy for all pods of the namespace: charts name their pods as they like. */
export const engineFlows = (kind: "flux" | "argocd", isExposed: boolean): PolicySpec => ({
  podSelector: {},
  policyTypes: ["Ingress", "Egress"],
  ingress: [
    { from: [{ podSelector: {} }] },
    {
      from: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespaces.observability } },
          podSelector: { matchLabels: { [labels.name]: services.prometheus } },
        },
      ],
      ports: metrics[kind],
    },
    // NodePort traffic arrives from the node.
    ...(kind === "argocd" && isExposed ? [{ ports: argoCdServer }] : []),
  ],
  egress: [allowedDns, { to: [{ podSelector: {} }] }, { ports: outside }],
});
