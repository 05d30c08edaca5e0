// Who may talk to Istio's own pods, and whom they talk to. What ztunnel carries for others goes in and out of their pods, not its own.

import type { MeshConfig } from "../../../config/schema.ts";
import { keyServiceOf } from "../../../lib/mesh/authorization.ts";
import { apiServer, type Flow, type Flows, type Peer } from "../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../names.ts";

const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };

/** Where an issuer's keys are: every port of a Service's namespace, because a policy sees the pods' ports, or the world outside. */
const keys = (jwksUri: string): Flow => {
  const found = keyServiceOf(jwksUri);
  const { port, protocol } = new URL(jwksUri);
  return found
    ? { peers: [{ namespace: found.namespace }], ports: [] }
    : { peers: ["internet"], ports: [Number(port) || (protocol === "https:" ? 443 : 80)] };
};

export interface IstioFlowArgs {
  readonly issuers: MeshConfig["issuers"];
  /** Namespaces with a waypoint. */
  readonly waypoints: readonly string[];
}

/** Workload to its flows. */
export const istioFlows = ({ issuers, waypoints }: IstioFlowArgs): Readonly<Record<string, Flows>> => ({
  [services.istiod]: {
    ingress: [
      {
        peers: [
          { namespace: namespaces.mesh, workload: services.ztunnel },
          ...waypoints.map((namespace) => ({ namespace, workload: services.waypoint })),
        ],
        ports: [ports.istiodXds],
      },
      // The API server asks before it takes an object of Istio's; where it is, no policy can name.
      { peers: ["anywhere"], ports: [ports.istiodWebhook] },
      { peers: [prometheus], ports: [ports.istiodMetrics] },
    ],
    egress: [apiServer, ...Object.values(issuers).map(({ jwksUri }) => keys(jwksUri))],
  },
  [services.istioCni]: {
    ingress: [{ peers: [prometheus], ports: [ports.istioCniMetrics] }],
    egress: [apiServer],
  },
  [services.ztunnel]: {
    ingress: [{ peers: [prometheus], ports: [ports.istioProxyMetrics] }],
    egress: [{ peers: [{ namespace: namespaces.mesh, workload: services.istiod }], ports: [ports.istiodXds] }],
  },
});
