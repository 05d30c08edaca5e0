// What is behind the edge: pods, and where strata makes the route the Service. Pure.
import type { EdgeHosts, EdgePage } from "../../lib/handles.ts";
import type { Flow } from "../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../names.ts";

export interface EdgeBackend {
  readonly namespace: string;
  /** app.kubernetes.io/name of its pods. */
  readonly workload: string;
  /** Of the pods. */
  readonly port: number;
  /** Named like the pods. Left out: who makes the page makes its route too. */
  readonly servicePort?: number;
}

/** Of the chart's Service, which speaks plain HTTP at both of its ports (server.insecure). */
const argoCdServicePort = 80;

const observed = (workload: string, port: number): EdgeBackend => ({
  namespace: namespaces.observability,
  workload,
  port,
  servicePort: port,
});

export const edgeBackends: Readonly<Record<EdgePage, EdgeBackend>> = {
  // Its operator makes the route, and the policy by which it is encrypted again.
  openbao: { namespace: namespaces.openbao, workload: services.openbao, port: ports.openbaoApi },
  argocd: {
    namespace: namespaces.argocd,
    workload: services.argocdServer,
    port: ports.argocdServer,
    servicePort: argoCdServicePort,
  },
  grafana: observed(services.grafana, ports.grafana),
  prometheus: observed(services.prometheus, ports.prometheus),
  alertmanager: observed(services.alertmanager, ports.alertmanager),
  redpandaConsole: {
    namespace: namespaces.messaging,
    workload: services.redpandaConsole,
    port: ports.redpandaConsole,
    servicePort: ports.redpandaConsole,
  },
};

export const pagesOf = (hosts: EdgeHosts): readonly EdgePage[] => Object.keys(hosts) as EdgePage[];

/** Each once, sorted. */
export const namespacesOf = (backends: readonly EdgeBackend[]): string[] =>
  [...new Set(backends.map(({ namespace }) => namespace))].sort();

/** Egress of the gateway. */
export const flowTo = ({ namespace, workload, port }: EdgeBackend): Flow => ({
  peers: [{ namespace, workload }],
  ports: [port],
});
