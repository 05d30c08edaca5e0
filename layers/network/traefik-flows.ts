// Who may talk to Traefik, and whom it talks to.
import type { TraefikConfig } from "../../config/schema.ts";
import { apiServer, type Flow, type Flows, type Peer } from "../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../names.ts";

export interface TraefikFlowArgs {
  readonly ingress: TraefikConfig;
  /** Namespaces whose Ingress objects are served. */
  readonly watched: readonly string[];
  /** Pods of the edge's pages, and the port of each. Default: none. */
  readonly pages?: readonly Flow[];
  /** Block of addresses from which a load balancer asks whether it is well. Left out: none does. */
  readonly healthChecksFrom?: string;
  /** Namespace of the collector. Left out: no traces. */
  readonly telemetryNamespace?: string;
}

const authAddresses = (ingress: TraefikConfig): URL[] =>
  Object.values(ingress.middlewares).flatMap((middleware) =>
    middleware.kind === "forwardAuth" ? [new URL(middleware.address)] : [],
  );

/** Namespace of a Service's host name: name.namespace.svc, with or without the cluster's domain. */
const serviceNamespace = ({ hostname }: URL): string | undefined =>
  /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(\.cluster\.local)?$/.exec(hostname)?.[1];

/** Where a forwardAuth middleware asks: pods of a namespace, or the world outside. */
const authFlow = (address: URL): Flow => {
  const namespace = serviceNamespace(address);
  if (namespace !== undefined) return { peers: [{ namespace }], ports: [] };
  return { peers: ["internet"], ports: [Number(address.port) || (address.protocol === "https:" ? 443 : 80)] };
};

const unique = (peers: readonly Peer[]): Peer[] => [
  ...new Map(peers.map((peer) => [JSON.stringify(peer), peer])).values(),
];

export const traefikFlows = (args: TraefikFlowArgs): Flows => {
  const backends = unique([
    ...args.watched.map((namespace) => ({ namespace })),
    ...Object.values(args.ingress.routes).map(({ namespace }) => ({ namespace })),
  ]);
  const egress: Flow[] = [
    apiServer,
    // Every port: a policy sees the pods' ports, and a route names the Service's.
    ...(backends.length > 0 ? [{ peers: backends, ports: [] }] : []),
    ...(args.pages ?? []),
    ...authAddresses(args.ingress).map(authFlow),
    ...(args.telemetryNamespace === undefined
      ? []
      : [{ peers: [{ namespace: args.telemetryNamespace, workload: services.collector }], ports: [ports.otlpGrpc] }]),
  ];
  return {
    ingress: [
      { peers: ["anywhere"], ports: [ports.traefikWeb, ports.traefikWebsecure] },
      {
        peers: [{ namespace: namespaces.observability, workload: services.prometheus }],
        ports: [ports.traefikMetrics],
      },
      ...(args.healthChecksFrom === undefined
        ? []
        : [{ peers: [{ cidr: args.healthChecksFrom }], ports: [ports.traefikAdmin] }]),
    ],
    egress,
  };
};
