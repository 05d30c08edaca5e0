// Who may talk to cert-manager's programs, and whom they talk to.
import { apiServer, awsFlows, type Flow, type Flows } from "../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../names.ts";

const metrics: Flow = {
  peers: [{ namespace: namespaces.observability, workload: services.prometheus }],
  ports: [ports.certManagerMetrics],
};

export interface CertManagerFlowArgs {
  /** How a host is proven, where an authority does. */
  readonly acme?: "http" | "dns" | undefined;
  /** Of the zone's name server. Default: 53. */
  readonly dnsPort?: number | undefined;
  /** Whether it writes the zone by a role of its pod. Default: no. */
  readonly byRole?: boolean;
}

/** Workload, as its pods' label names it, to its flows. */
export const certManagerFlows = ({ acme, dnsPort, byRole }: CertManagerFlowArgs): Readonly<Record<string, Flows>> => ({
  "cert-manager": {
    ingress: [metrics],
    egress: [
      apiServer,
      ...(byRole === true ? awsFlows : []),
      // It looks at its own answers first: through the gateway, or at the zone's name servers.
      ...(acme === "http" ? [{ peers: ["anywhere"] as const, ports: [80, 443] }] : []),
      ...(acme === "dns"
        ? (["UDP", "TCP"] as const).map((protocol) => ({
            peers: ["anywhere"] as const,
            ports: [...new Set([53, dnsPort ?? 53])],
            protocol,
          }))
        : []),
    ],
  },
  // The API server calls it, from an address of a node.
  webhook: { ingress: [metrics, { peers: ["anywhere"], ports: [ports.certManagerWebhook] }], egress: [apiServer] },
  cainjector: { ingress: [metrics], egress: [apiServer] },
  startupapicheck: { egress: [apiServer] },
});
