// Traefik's two configuration files: the static one, read at start, and the dynamic one, followed while it runs.
import { stringify } from "yaml";
import type { TraefikConfig } from "../../config/schema.ts";
import { ingressClass, namespaces, ports } from "../../names.ts";
import { middlewareReference, traefikMiddleware } from "./middlewares.ts";
import { dashboardRouter, extraRoutes } from "./routes.ts";

export interface StaticArgs {
  readonly ingress: TraefikConfig;
  /** Namespaces whose Ingress objects are served. */
  readonly watched: readonly string[];
  /** Namespaces of which the HTTPRoutes are served and nothing else. Default: none. */
  readonly edge?: readonly string[];
  /** host:port that takes OTLP over gRPC. Left out: no traces. */
  readonly otlp?: string;
  readonly dashboard: boolean;
  /** Who ends TLS: Traefik, or the load balancer before it. Default: own. */
  readonly tls?: "own" | "load-balancer";
  /** Whether plain HTTP is sent to port 443. Default: no. */
  readonly redirect?: boolean;
  /** Folder that holds the dynamic file; see {@link dynamicFile}. */
  readonly dynamicDirectory: string;
}

/** Providers of the Gateway API's objects and of the middlewares that they name; the Gateway itself is in Traefik's namespace. */
const gatewayProviders = (watched: readonly string[], edge: readonly string[]) => ({
  kubernetesGateway: { namespaces: [namespaces.ingress, ...watched, ...edge] },
  kubernetesCRD: { namespaces: [namespaces.ingress, ...watched], allowEmptyServices: true },
});

const address = (port: number) => `:${port}`;

/** Name of the middleware that tells apps of TLS that ended before Traefik. */
const cameByTls = "came-by-tls";

const redirection = {
  // An authority that proves a host by http asks before there is a certificate.
  allowACMEByPass: true,
  http: { redirections: { entryPoint: { to: ":443", scheme: "https", permanent: true } } },
};

/** Seconds from 5 ms to 10 s; Traefik's own four buckets can't tell a fast service from a slow one. */
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const staticConfig = (args: StaticArgs): object => ({
  global: { checkNewVersion: false, sendAnonymousUsage: false },
  entryPoints: {
    // Without asDefault every route would also answer on the metrics port.
    web: { address: address(ports.traefikWeb), asDefault: true, ...(args.redirect === true && redirection) },
    // Of its own it is TLS with a certificate of a Gateway, or one that Traefik signs itself at each start.
    websecure: {
      address: address(ports.traefikWebsecure),
      asDefault: true,
      http: args.tls === "load-balancer" ? { middlewares: [middlewareReference(cameByTls)] } : { tls: {} },
    },
    traefik: { address: address(ports.traefikAdmin) },
    metrics: { address: address(ports.traefikMetrics) },
  },
  providers: {
    file: { directory: args.dynamicDirectory, watch: true },
    // An empty list of namespaces means all of them, which its role does not allow.
    ...(args.watched.length > 0 && {
      kubernetesIngress: {
        ingressClass,
        namespaces: [...args.watched],
        // A route whose pods are not ready answers 503, not the 404 of a route that is not there.
        allowEmptyServices: true,
        allowExternalNameServices: false,
        // Otherwise the path /auth also matches /author.
        strictPrefixMatching: true,
      },
    }),
    ...(args.ingress.api === "gateway" && gatewayProviders(args.watched, args.edge ?? [])),
  },
  ...(args.dashboard && { api: { dashboard: true, insecure: false, disableDashboardAd: true } }),
  ping: { entryPoint: "traefik" },
  log: { level: args.ingress.logLevel, format: "json" },
  ...(args.ingress.accessLog && {
    accessLog: {
      format: "json",
      fields: {
        // The old names of trace_id and span_id.
        names: { TraceId: "drop", SpanId: "drop" },
        headers: { defaultMode: "drop", names: { "User-Agent": "keep" } },
      },
    },
  }),
  metrics: {
    prometheus: {
      entryPoint: "metrics",
      buckets: latencyBuckets,
      addEntryPointsLabels: true,
      addRoutersLabels: true,
      addServicesLabels: true,
    },
  },
  ...(args.otlp !== undefined && {
    tracing: {
      serviceName: "traefik",
      sampleRate: 1,
      otlp: { grpc: { endpoint: args.otlp, insecure: true } },
    },
  }),
});

export interface DynamicArgs {
  readonly ingress: TraefikConfig;
  readonly dashboard: boolean;
  /** Who ends TLS, as for the static file. Default: own. */
  readonly tls?: "own" | "load-balancer";
}

/** Traefik refuses a file with an empty map, so what is empty stays out. */
const section = (key: string, values: Readonly<Record<string, unknown>>) =>
  Object.keys(values).length > 0 ? { [key]: values } : {};

export const dynamicConfig = (args: DynamicArgs): object => {
  const extra = extraRoutes(args.ingress.routes);
  const middlewares = Object.entries(args.ingress.middlewares).map(
    ([name, config]) => [name, traefikMiddleware(config)] as const,
  );
  return section("http", {
    ...section("routers", { ...extra.routers, ...(args.dashboard && { dashboard: dashboardRouter }) }),
    ...section("services", extra.services),
    ...section("middlewares", {
      ...Object.fromEntries(middlewares),
      ...(args.tls === "load-balancer" && {
        [cameByTls]: {
          headers: { customRequestHeaders: { "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443" } },
        },
      }),
    }),
  });
};

export const staticFile = (args: StaticArgs): string => stringify(staticConfig(args), { lineWidth: 0 });

/** The file goes through Go's template engine before it is parsed, so an opening brace pair must be a value. */
export const dynamicFile = (args: DynamicArgs): string =>
  stringify(dynamicConfig(args), { lineWidth: 0 }).replaceAll("{{", '{{ "{{" }}');
