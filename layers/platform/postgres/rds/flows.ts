// Who talks to whom where the server is outside the cluster: its security group has the last word.
import type { Flows, Peer } from "../../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../../names.ts";
import { setupWorkload } from "../setup.ts";

const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };

/** Workload to its flows. */
export const rdsFlows = (server: Peer): Record<string, Flows> => ({
  [services.postgresExporter]: {
    ingress: [{ peers: [prometheus], ports: [ports.postgresExporter] }],
    egress: [{ peers: [server], ports: [ports.postgres] }],
  },
  [setupWorkload]: { egress: [{ peers: [server], ports: [ports.postgres] }] },
});
