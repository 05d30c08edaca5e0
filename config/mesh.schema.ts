// The service mesh of layer 2, and what a service may ask of it: tokens, retries, a circuit breaker.
import { z } from "zod";
import { DnsLabel, Duration, HttpUrl, Port, UrlPath } from "./scalars.ts";

const ClaimName = z
  .string()
  .regex(/^[A-Za-z0-9_:/.-]+$/, { error: 'Expected the name of a claim, for example "role"' });

const Trusted = z.string().regex(/^(app|namespace):[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, {
  error: 'Expected app:<name> or namespace:<name>, for example "app:caller"',
});

const ClaimRule = z.strictObject({
  paths: z.array(UrlPath).min(1).default(["/"]).describe("Path prefixes, matched by whole segments. Default: all"),
  claims: z
    .record(ClaimName, z.array(z.string().min(1)).min(1))
    .describe("Claim to its allowed values. Every claim that is named must have one of its values"),
});

const Auth = z
  .strictObject({
    issuers: z.array(DnsLabel).min(1).describe("Names from network.mesh.issuers whose tokens are accepted"),
    public: z.array(UrlPath).default([]).describe("Path prefixes that need no token, matched by whole segments"),
    trusted: z
      .array(Trusted)
      .default([])
      .describe(
        "Callers that need no token, known by their certificate: app:<name>, or namespace:<name> for all in it",
      ),
    rules: z
      .array(ClaimRule)
      .default([])
      .describe("Claims that a token must have on some paths, trusted caller or not"),
  })
  .describe("A valid token is needed, unless the path is public or the caller is trusted");

const retryReasons = [
  "5xx",
  "cancelled",
  "connect-failure",
  "deadline-exceeded",
  "gateway-error",
  "internal",
  "refused-stream",
  "reset",
  "resource-exhausted",
  "retriable-4xx",
  "retriable-status-codes",
  "unavailable",
] as const;

const Retries = z.strictObject({
  attempts: z.int().min(1).max(10),
  perTryTimeout: Duration.default("2s"),
  on: z
    .array(z.enum(retryReasons))
    .min(1)
    .default(["connect-failure", "refused-stream", "unavailable"])
    .describe("What is tried again, in Envoy's words"),
});

const CircuitBreaker = z.strictObject({
  maxConnections: z.int().min(1).default(100),
  maxRequests: z.int().min(1).default(50).describe("Requests under way at once"),
  maxRequestsPerConnection: z.int().min(1).exactOptional().describe("Default: no limit"),
  upgradeToHttp2: z.boolean().default(false).describe("Speak HTTP/2 to the service, whatever its caller speaks"),
  consecutive5xx: z.int().min(1).default(5).describe("Failures in a row after which a pod gets no more requests"),
  interval: Duration.default("10s").describe("How often pods are judged"),
  ejection: Duration.default("30s").describe("How long a pod is left out at first; longer each time"),
  maxEjectedPercent: z.int().min(0).max(100).default(50),
});

/** What a service asks of the mesh: the part that an app and a service of somebody else share. */
export const meshFields = {
  auth: Auth.exactOptional(),
  retries: Retries.exactOptional(),
  circuitBreaker: CircuitBreaker.exactOptional(),
  loadBalancing: z
    .enum(["LEAST_REQUEST", "ROUND_ROBIN", "RANDOM"])
    .exactOptional()
    .describe("Default: LEAST_REQUEST where there is a circuit breaker, else Istio's own"),
};

export const AppMeshSchema = z
  .strictObject(meshFields)
  .describe("What the mesh does for this app. Needs network.mesh; its requests then go through a waypoint");

const Issuer = z.strictObject({
  issuer: z.string().min(1).describe("The tokens' iss claim"),
  jwksUri: HttpUrl.describe("Where its public keys are; istiod fetches them"),
  audiences: z.array(z.string().min(1)).default([]).describe("Accepted aud claims. Default: any"),
});

const Service = z.strictObject({
  namespace: DnsLabel.describe("One that network.ingress.routes names"),
  service: DnsLabel.exactOptional().describe("Name of the Service. Default: the key"),
  port: Port.describe("The Service's port"),
  ...meshFields,
});

const Istio = z
  .strictObject({
    kind: z.literal("istio"),
    tracing: z
      .strictObject({
        samplingPercent: z
          .number()
          .min(0)
          .max(100)
          .exactOptional()
          .describe("Requests that get a trace. Default: 100 on local clusters, 1 elsewhere"),
      })
      .prefault({}),
    issuers: z.record(DnsLabel, Issuer).default({}).describe("Who issues the tokens that services ask for"),
    services: z
      .record(DnsLabel, Service)
      .default({})
      .describe("What the mesh does for services that are not declared under apps"),
  })
  .describe(
    "Istio in ambient mode, by its publisher's charts: mTLS between the gateway, the apps and the namespaces of extra routes",
  );

export const MeshSchema = z.discriminatedUnion("kind", [Istio]);
