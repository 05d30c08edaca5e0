import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { DnsConfig } from "../../../config/schema.ts";
import { createDns } from "../../../layers/network/dns.ts";
import { endpointSpec, externalDnsFlows, externalDnsValues } from "../../../layers/network/dns-values.ts";
import { imageParts } from "../../../lib/chart-images.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockCluster } from "../../support/cluster.ts";

const zone = (provider: DnsConfig["provider"]): DnsConfig => ({
  kind: "external-dns",
  provider,
  zones: ["example.com"],
  target: "192.0.2.1",
  policy: "upsert-only",
});
const cloudflare = zone({ kind: "cloudflare" });
const rfc2136 = zone({
  kind: "rfc2136",
  host: "ns.example.com",
  port: 5353,
  tsigKeyName: "key",
  tsigAlgorithm: "hmac-sha256",
});

const record = (credentials?: string): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const cluster = mockCluster();
    const secret = credentials === undefined ? {} : { credentials: pulumi.secret(credentials) };
    createDns({ cluster, config: cloudflare, hosts: ["a.example.com", "example.com"], ...secret }, cluster.options);
    return {};
  });

test("without credentials there is nothing, not even a namespace", async () => {
  expect((await record()).resources.map(({ type }) => type)).not.toContain("kubernetes:core/v1:Namespace");
});

test("the credentials are in a Secret only", async () => {
  const plan = await record("t0ken");
  const holding = plan.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("t0ken"));
  expect(holding.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret"]);
});

test("the records are one object, made when the release has brought its definition", async () => {
  const plan = await record("t0ken");
  const type = "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint";
  expect(plan.find("external-dns-routes", type).inputs["spec"]).toEqual({
    endpoints: [
      { dnsName: "a.example.com", recordType: "A", targets: ["192.0.2.1"] },
      { dnsName: "example.com", recordType: "A", targets: ["192.0.2.1"] },
    ],
  });
  expect(plan.upstream("external-dns-routes", type).has("external-dns")).toBe(true);
});

test.each([
  ["192.0.2.1", "A"],
  ["2001:db8::1", "AAAA"],
  ["lb.example.net", "CNAME"],
])("a record at %s is of type %s", (target, recordType) => {
  expect(endpointSpec(["a.example.com"], target).endpoints[0]).toMatchObject({ recordType });
});

const valuesOf = (config: DnsConfig) =>
  externalDnsValues(config, "strata-test", () => imageParts("registry.example/x/external-dns:1"));

test("it deletes nothing unless told, marks what is its own, and reads its own namespace only", () => {
  expect(valuesOf(cloudflare)).toMatchObject({
    policy: "upsert-only",
    registry: "txt",
    txtOwnerId: "strata-test",
    domainFilters: ["example.com"],
    sources: ["crd"],
    namespaced: true,
    provider: { name: "cloudflare" },
    extraArgs: [],
  });
});

test.each<[DnsConfig["provider"], string[]]>([
  [{ kind: "cloudflare" }, ["CF_API_TOKEN"]],
  [{ kind: "aws", region: "eu-central-1", accessKeyId: "AKIAIOSFODNN7EXAMPLE" }, ["AWS_SECRET_ACCESS_KEY"]],
  [rfc2136.provider, ["EXTERNAL_DNS_RFC2136_TSIG_SECRET"]],
])("%j has its credentials by the environment", (provider, names) => {
  const { env } = valuesOf(zone(provider));
  expect(env.filter(({ valueFrom }) => valueFrom).map(({ name }) => name)).toEqual(names);
});

test("a name server of one's own is named, with its zones, and its port is open both ways", () => {
  expect(valuesOf(rfc2136).extraArgs).toContain("--rfc2136-zone=example.com");
  expect(externalDnsFlows(rfc2136.provider).egress?.slice(1)).toEqual([
    { peers: ["anywhere"], ports: [5353], protocol: "UDP" },
    { peers: ["anywhere"], ports: [5353], protocol: "TCP" },
  ]);
});
