// Who talks to whom around OpenBao, as far as policies of ours say it: the operator makes those of the cluster's pods and of its Jobs.
import { apiServer, type Flow, type Flows, type Peer } from "../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../names.ts";

/** Value of app.kubernetes.io/name of the access Job's pods. */
export const accessWorkload = "openbao-access";

/** Pods of the cluster, and of the operator's Jobs beside it: it gives all of them this name. */
export const openbaoPods = { namespace: namespaces.openbao, workload: services.openbao };

export const operatorPods = { namespace: namespaces.openbaoOperator, workload: services.openbaoOperator };

/** Who writes and reads backups. The operator itself deletes the old ones. */
export const openbaoBucketClients: readonly Peer[] = [openbaoPods, operatorPods];

const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };

/** Of the operator's two programs. */
export const operatorFlows = (store: readonly Flow[]): Flows => ({
  ingress: [{ peers: [prometheus], ports: [ports.openbaoOperatorMetrics] }],
  egress: [apiServer, { peers: [openbaoPods], ports: [ports.openbaoApi] }, ...store],
});

export const accessFlows: Flows = { egress: [{ peers: [openbaoPods], ports: [ports.openbaoApi] }] };
