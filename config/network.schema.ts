// Layer 2 of the stack file: CNI, ingress, middlewares, extra routes and the tunnel.
import { z } from "zod";
import { gatewayApiVersions } from "../versions.ts";
import { CertificatesSchema } from "./certificates.schema.ts";
import { DnsSchema } from "./dns.schema.ts";
import { EdgeSchema } from "./edge.schema.ts";
import { MeshSchema } from "./mesh.schema.ts";
import { DnsLabel, Duration, Hostname, HttpUrl, Port, UrlPath } from "./scalars.ts";

const HeaderName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, { error: 'Expected a header name, for example "X-User-Id"' });

const Cors = z.strictObject({
  kind: z.literal("cors"),
  origins: z.array(HttpUrl).min(1),
  methods: z.array(z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])).min(1),
  headers: z.array(HeaderName).default([]).describe("Request headers allowed"),
  exposeHeaders: z.array(HeaderName).default([]),
  maxAgeSeconds: z.int().min(0).max(86400).default(7200),
});

const RateLimit = z.strictObject({
  kind: z.literal("rateLimit"),
  average: z.int().min(1).describe("Requests per second"),
  burst: z.int().min(1),
});

const Retry = z.strictObject({
  kind: z.literal("retry"),
  attempts: z.int().min(1).max(10),
  initialInterval: z
    .string()
    .regex(/^\d+(ms|s)$/, { error: 'Expected a duration, for example "100ms"' })
    .default("100ms"),
});

const ForwardAuth = z.strictObject({
  kind: z.literal("forwardAuth"),
  address: HttpUrl.describe("Service that answers 2xx for an allowed request"),
  responseHeaders: z.array(HeaderName).default([]).describe("Headers copied from its answer to the request"),
});

const Middleware = z.discriminatedUnion("kind", [Cors, RateLimit, Retry, ForwardAuth]);

/** The part of a route that an app and an extra route share. */
export const routeFields = {
  host: Hostname.exactOptional().describe("Default: any host"),
  path: UrlPath.describe("Path prefix, matched by whole segments"),
  priority: z.int().min(1).max(1000).exactOptional().describe("Higher wins. Default: the longer path wins"),
  protocol: z.enum(["http", "h2c"]).default("http").describe("h2c for gRPC without TLS"),
  middlewares: z.array(DnsLabel).default([]).describe("Names from network.ingress.middlewares, applied in this order"),
};

const ExtraRoute = z.strictObject({
  ...routeFields,
  namespace: DnsLabel,
  service: DnsLabel,
  port: Port,
});

const Traefik = z.strictObject({
  kind: z.literal("traefik"),
  api: z
    .enum(["ingress", "gateway"])
    .default("ingress")
    .describe("What the routes of apps are: Ingress objects, or HTTPRoutes of the Gateway API"),
  replicas: z.int().min(1).max(10).exactOptional().describe("Default: 2 behind a load balancer (eks), else 1"),
  dashboard: z.boolean().default(true).describe("Traefik's own dashboard, reachable on the web port under /dashboard/"),
  logLevel: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO"),
  accessLog: z.boolean().default(true),
  middlewares: z.record(DnsLabel, Middleware).default({}),
  routes: z.record(DnsLabel, ExtraRoute).default({}).describe("Routes to services that are not declared under apps"),
});

const CiliumGateway = z
  .strictObject({
    kind: z.literal("cilium"),
    middlewares: z.record(DnsLabel, Middleware).default({}).describe("None of them works here yet: docs/network.md"),
    routes: z.record(DnsLabel, ExtraRoute).default({}).describe("Routes to services that are not declared under apps"),
  })
  .describe("Cilium's own Gateway API, with network.cni.kind cilium in the place of kube-proxy");

const Ingress = z.discriminatedUnion("kind", [Traefik, CiliumGateway]);

const Cni = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("default") }).describe("What the cluster brings: kindnetd on kind"),
  z
    .strictObject({
      kind: z.literal("cilium"),
      hubble: z
        .boolean()
        .default(true)
        .describe("Hubble with its relay and UI: who talks to whom, and what was dropped"),
    })
    .describe(
      "Cilium by its publisher's chart. The cluster is made without a pod network, and nodes are Ready when Cilium is",
    ),
  z
    .strictObject({ kind: z.literal("calico") })
    .describe("Calico by its publisher's operator, over VXLAN, into a cluster that is made without a pod network"),
]);

const GatewayApi = z
  .strictObject({
    version: z
      .enum(gatewayApiVersions)
      .exactOptional()
      .describe("Default: the newest that everything in the stack works with"),
  })
  .describe(
    "Definitions of the Gateway API, standard channel, in one version and by one release. Without this key they are there where something in the stack uses them",
  );

const Tunnel = z
  .strictObject({
    kind: z.literal("cloudflared"),
    tunnel: z.string().min(1).describe("Name or id of the tunnel"),
    replicas: z.int().min(1).max(10).default(2),
    hosts: z
      .record(Hostname, z.enum(["grafana", "ingress", "prometheus", "alertmanager"]))
      .describe("Public host name to the service it reaches"),
    gracePeriod: Duration.default("30s"),
  })
  .describe("Runs only where the secret strata:tunnelCredentials is set");

export const NetworkSchema = z.strictObject({
  cni: Cni.prefault({ kind: "default" }),
  ingress: Ingress.prefault({ kind: "traefik" }),
  gatewayApi: GatewayApi.exactOptional(),
  mesh: MeshSchema.exactOptional(),
  certificates: CertificatesSchema.exactOptional(),
  edge: EdgeSchema.exactOptional(),
  dns: DnsSchema.exactOptional(),
  tunnel: Tunnel.exactOptional(),
});
