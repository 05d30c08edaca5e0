// Certificates of the gateway: who makes them, and who signs them.
import { z } from "zod";
import { HostedZoneId, HttpUrl } from "./scalars.ts";

const Issuer = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("local-ca") })
    .describe("A root of the cluster's own, made in the cluster; its key never leaves it"),
  z
    .strictObject({
      kind: z.literal("acme"),
      email: z.email({ error: 'Expected an address that the authority may write to, for example "ops@example.com"' }),
      server: HttpUrl.default("https://acme-v02.api.letsencrypt.org/directory").describe("Directory of the authority"),
      challenge: z
        .enum(["http", "dns"])
        .default("http")
        .describe("How a host is proven: a page at port 80 of it, or a record in the zone of network.dns"),
    })
    .describe("A public authority, such as Let's Encrypt"),
]);

export const CertificatesSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("cert-manager"), issuer: Issuer.prefault({ kind: "local-ca" }) })
    .describe("A certificate for the hosts of all routes, on the gateway's port for TLS"),
  z
    .strictObject({
      kind: z.literal("acm"),
      zoneId: HostedZoneId.describe("Hosted zone of Route 53 where the proof is written"),
    })
    .describe("A certificate of AWS's own, on EKS: TLS ends at the load balancer before the gateway"),
]);
