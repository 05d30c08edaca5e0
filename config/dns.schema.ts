// The zone of the stack: who serves it, and what keeps the records of the gateway's hosts.
import { z } from "zod";
import { HostedZoneId, Hostname, Port } from "./scalars.ts";

const Provider = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("cloudflare") }).describe("strata:dnsCredentials is an API token for the zones"),
  z
    .strictObject({
      kind: z.literal("aws"),
      zoneId: HostedZoneId.exactOptional().describe("On EKS: the zone that a role of the pods may change"),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'Expected a region, for example "eu-central-1"' })
        .exactOptional()
        .describe("Not on EKS"),
      accessKeyId: z
        .string()
        .regex(/^[A-Z0-9]{16,32}$/, { error: 'Expected an access key id, for example "AKIAIOSFODNN7EXAMPLE"' })
        .exactOptional()
        .describe("Not on EKS; strata:dnsCredentials is its secret access key"),
    })
    .describe("Route 53"),
  z
    .strictObject({
      kind: z.literal("rfc2136"),
      host: z.string().min(1).describe("Address of the name server that takes updates"),
      port: Port.default(53),
      tsigKeyName: z.string().min(1).describe("strata:dnsCredentials is the key's secret, in base64"),
      tsigAlgorithm: z.enum(["hmac-sha256", "hmac-sha512"]).default("hmac-sha256"),
    })
    .describe("A name server of one's own, such as BIND, by signed updates"),
]);

export const DnsSchema = z
  .strictObject({
    kind: z.literal("external-dns"),
    provider: Provider,
    zones: z.array(Hostname).min(1).describe("Zones that may be changed"),
    target: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        "What the records point at: the address, or the name, under which the gateway is reached. Default on EKS: its load balancer",
      ),
    policy: z
      .enum(["upsert-only", "sync"])
      .default("upsert-only")
      .describe("sync also deletes the records of routes that are gone"),
  })
  .describe(
    "Records of the routes' hosts by ExternalDNS. Runs only where the secret strata:dnsCredentials is set, but for Route 53 on EKS, which needs none",
  );
