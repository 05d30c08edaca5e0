// cloudflared's configuration: public host names to Services of the cluster, everything else a 404.
import { stringify } from "yaml";
import type { NetworkConfig } from "../../config/schema.ts";
import type { Flows, Peer } from "../../lib/network-policy.ts";
import { host, namespaces, ports, services } from "../../names.ts";

export type TunnelConfig = NonNullable<NetworkConfig["tunnel"]>;
type Target = TunnelConfig["hosts"][string];

interface TargetAddress {
  readonly namespace: string;
  readonly workload: string;
  /** Port of the Service. */
  readonly servicePort: number;
  /** Port of its pods, which is what a NetworkPolicy sees. */
  readonly podPort: number;
}

const observability = (workload: string, port: number): TargetAddress => ({
  namespace: namespaces.observability,
  workload,
  servicePort: port,
  podPort: port,
});

const targets: Readonly<Record<Target, TargetAddress>> = {
  grafana: observability(services.grafana, ports.grafana),
  prometheus: observability(services.prometheus, ports.prometheus),
  alertmanager: observability(services.alertmanager, ports.alertmanager),
  ingress: { namespace: namespaces.ingress, workload: services.traefik, servicePort: 80, podPort: ports.traefikWeb },
};

/** Port on which Cloudflare's edge takes tunnels: QUIC over UDP, HTTP/2 over TCP. */
const edgePort = 7844;

export const tunnelConfig = (config: TunnelConfig, credentialsFile: string): object => ({
  tunnel: config.tunnel,
  "credentials-file": credentialsFile,
  metrics: `0.0.0.0:${ports.cloudflaredMetrics}`,
  "no-autoupdate": true,
  // At debug level it logs the headers of every request, cookies and tokens included.
  loglevel: "info",
  "grace-period": config.gracePeriod,
  ingress: [
    ...Object.entries(config.hosts).map(([hostname, target]) => {
      const { workload, namespace, servicePort } = targets[target];
      return { hostname, service: `http://${host(workload, namespace)}:${servicePort}` };
    }),
    { service: "http_status:404" },
  ],
});

export const tunnelFile = (config: TunnelConfig, credentialsFile: string): string =>
  stringify(tunnelConfig(config, credentialsFile), { lineWidth: 0 });

export const tunnelFlows = (config: TunnelConfig): Flows => {
  const reached = [...new Set(Object.values(config.hosts))];
  const flow = (target: Target) => {
    const { namespace, workload, podPort } = targets[target];
    const peer: Peer = { namespace, workload };
    return { peers: [peer], ports: [podPort] };
  };
  return {
    ingress: [
      {
        peers: [{ namespace: namespaces.observability, workload: services.prometheus }],
        ports: [ports.cloudflaredMetrics],
      },
    ],
    egress: [
      { peers: ["internet"], ports: [edgePort] },
      { peers: ["internet"], ports: [edgePort], protocol: "UDP" },
      ...reached.map(flow),
    ],
  };
};

/** Seconds in a duration of the stack file. */
export const durationSeconds = (duration: string): number => {
  const unit = { s: 1, m: 60, h: 3600 }[duration.slice(-1)] ?? 1;
  return Number.parseInt(duration, 10) * unit;
};
