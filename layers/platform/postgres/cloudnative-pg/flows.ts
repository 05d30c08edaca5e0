// Who talks to whom in a CloudNativePG cluster.
import { apiServer, type Flow, type Flows, type Peer } from "../../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../../names.ts";
import { setupWorkload } from "../setup.ts";

const namespace = namespaces.database;
const instance: Peer = { namespace, workload: services.postgresInstance };
const operator: Peer = { namespace, workload: services.cloudnativePg };
const exporter: Peer = { namespace, workload: services.postgresExporter };
const setup: Peer = { namespace, workload: setupWorkload };
const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };

export interface ClusterFlowsArgs {
  readonly clients: readonly Peer[];
  /** The way to the bucket of the backups. Default: none. */
  readonly store?: readonly Flow[];
}

/** Workload to its flows. */
export const clusterFlows = (args: ClusterFlowsArgs): Record<string, Flows> => ({
  [services.cloudnativePg]: {
    ingress: [
      // The API server asks it whether a cluster is valid, from the nodes' network.
      { peers: ["anywhere"], ports: [ports.cloudnativePgWebhook] },
      { peers: [prometheus], ports: [ports.cloudnativePgMetrics] },
    ],
    egress: [apiServer, { peers: [instance], ports: [ports.postgres, ports.postgresStatus] }],
  },
  [services.postgresInstance]: {
    ingress: [
      { peers: [instance, operator, exporter, setup, ...args.clients], ports: [ports.postgres] },
      { peers: [instance, operator], ports: [ports.postgresStatus] },
      { peers: [prometheus], ports: [ports.postgresExporter] },
    ],
    egress: [apiServer, { peers: [instance], ports: [ports.postgres, ports.postgresStatus] }, ...(args.store ?? [])],
  },
  [services.postgresExporter]: {
    ingress: [{ peers: [prometheus], ports: [ports.postgresExporter] }],
    egress: [{ peers: [instance], ports: [ports.postgres] }],
  },
  [setupWorkload]: { egress: [{ peers: [instance], ports: [ports.postgres] }] },
});
