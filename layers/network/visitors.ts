// Pods of the network that come to a page of the platform for somebody outside: the tunnel's, and the gateway's.
import type { NetworkConfig } from "../../config/schema.ts";
import type { EdgeHosts } from "../../lib/handles.ts";
import type { Peer } from "../../lib/network-policy.ts";
import { namespaces, services } from "../../names.ts";

export type VisitedPage = "grafana" | "prometheus" | "alertmanager";

export type Visitors = Readonly<Record<VisitedPage, readonly Peer[]>>;

export interface VisitorArgs {
  readonly config: Pick<NetworkConfig, "tunnel" | "ingress">;
  /** Whether the tunnel has its credentials. */
  readonly tunnel: boolean;
  /** Hosts of the edge's pages. Left out: there is no edge. */
  readonly edge?: EdgeHosts;
}

const tunnelPods: Peer = { namespace: namespaces.tunnel, workload: services.cloudflared };
const gatewayPods: Peer = { namespace: namespaces.ingress, workload: services.traefik };

export const visitorsOf = ({ config, tunnel, edge }: VisitorArgs): Visitors => {
  const routed = Object.values(config.ingress.routes).flatMap(({ namespace, service }) =>
    namespace === namespaces.observability ? [service] : [],
  );
  const of = (page: VisitedPage): Peer[] => [
    ...(tunnel && Object.values(config.tunnel?.hosts ?? {}).includes(page) ? [tunnelPods] : []),
    ...(edge?.[page] !== undefined || routed.includes(services[page]) ? [gatewayPods] : []),
  ];
  return { grafana: of("grafana"), prometheus: of("prometheus"), alertmanager: of("alertmanager") };
};
