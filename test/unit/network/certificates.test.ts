import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { routeHosts } from "../../../config/route-hosts.ts";
import type { DnsConfig } from "../../../config/schema.ts";
import { certManagerValues } from "../../../layers/network/certificates/cert-manager-values.ts";
import { acmeSpec } from "../../../layers/network/certificates/issuer.ts";
import { createNetwork } from "../../../layers/network/index.ts";
import { type ChartImage, imageParts } from "../../../lib/chart-images.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockCluster } from "../../support/cluster.ts";
import { parsedConfig } from "../../support/network.ts";

interface Given {
  readonly certificates?: Record<string, unknown>;
  readonly ingress?: Record<string, unknown>;
  readonly network?: Record<string, unknown>;
  readonly cluster?: Partial<ClusterHandle>;
  readonly credentials?: string;
}

const routes = { docs: { host: "docs.example.com", path: "/", namespace: "docs", service: "docs", port: 80 } };

const record = ({ certificates = {}, ingress, network, cluster, credentials }: Given = {}): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const config = parsedConfig({
      cluster: { kind: "kwok" },
      network: {
        ingress: { kind: "traefik", api: "gateway", routes, ...ingress },
        certificates: { kind: "cert-manager", ...certificates },
        ...network,
      },
    });
    createNetwork({
      cluster: mockCluster(cluster),
      config: config.network,
      ingressNamespaces: ["apps"],
      waypointNamespaces: [],
      hosts: routeHosts(config),
      ...(credentials !== undefined && { dnsCredentials: pulumi.secret(credentials) }),
    });
    return {};
  });

const clusterIssuer = "kubernetes:cert-manager.io/v1:ClusterIssuer";
const certificate = "kubernetes:cert-manager.io/v1:Certificate";
const release = "kubernetes:helm.sh/v3:Release";
const gateway = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const spec = (plan: Plan, name: string, type: string) => plan.find(name, type).inputs["spec"];
const names = (plan: Plan, type: string) =>
  plan.resources.filter((resource) => resource.type === type).map(({ name }) => name);
const acme = { kind: "acme", email: "ops@example.com" };

describe("a local root", () => {
  test("signs itself, and then the gateway's certificate for the hosts of routes", async () => {
    const plan = await record();
    expect(spec(plan, "certificates-self-signed", clusterIssuer)).toEqual({ selfSigned: {} });
    expect(spec(plan, "certificates-root", certificate)).toMatchObject({
      isCA: true,
      secretName: "strata-ca",
      issuerRef: { kind: "ClusterIssuer", name: "strata-self-signed" },
    });
    expect(spec(plan, "certificates-issuer", clusterIssuer)).toEqual({ ca: { secretName: "strata-ca" } });
    expect(plan.find("traefik-certificate", certificate).inputs).toMatchObject({
      metadata: { namespace: "edge" },
      spec: {
        secretName: "gateway-tls",
        dnsNames: ["docs.example.com", "localhost"],
        ipAddresses: ["127.0.0.1"],
        issuerRef: { kind: "ClusterIssuer", name: "strata-ca" },
      },
    });
  });

  test("is the certificate of the gateway's port for TLS", async () => {
    const { listeners } = spec(await record(), "traefik-gateway", gateway) as { listeners: unknown[] };
    expect(listeners[1]).toMatchObject({
      name: "websecure",
      protocol: "HTTPS",
      port: 8443,
      tls: { mode: "Terminate", certificateRefs: [{ name: "gateway-tls" }] },
    });
  });

  test("its issuers wait for the webhook that checks them, and nobody else does", async () => {
    const plan = await record();
    const waiting = plan.resources.filter(
      ({ custom, name, type }) =>
        custom && !(name === "certificates" && type === release) && plan.upstream(name, type).has("certificates"),
    );
    expect(waiting.map(({ name }) => name).sort()).toEqual([
      "certificates-issuer",
      "certificates-root",
      "certificates-self-signed",
      "traefik-certificate",
    ]);
  });

  test("on simulated nodes no webhook runs, so there is no issuer", async () => {
    const plan = await record({ cluster: { simulated: true } });
    expect([...names(plan, clusterIssuer), ...names(plan, certificate)]).toEqual([]);
    expect(names(plan, release)).toContain("certificates");
  });

  test("with Cilium's gateway on the node's own port", async () => {
    const plan = await record({ network: { cni: { kind: "cilium" }, ingress: { kind: "cilium", routes } } });
    const { listeners } = spec(plan, "cilium-gateway", gateway) as { listeners: unknown[] };
    expect(listeners[1]).toMatchObject({ protocol: "HTTPS", port: 30444 });
    expect(names(plan, certificate)).toContain("cilium-gateway-certificate");
  });
});

describe("a public authority", () => {
  const dns = {
    dns: { kind: "external-dns", provider: { kind: "cloudflare" }, zones: ["example.com"], target: "192.0.2.1" },
  };

  test("by http answers through the gateway, whose policy lets it", async () => {
    const plan = await record({ certificates: { issuer: acme }, cluster: { local: false } });
    expect(spec(plan, "certificates-issuer", clusterIssuer)).toMatchObject({
      acme: {
        server: "https://acme-v02.api.letsencrypt.org/directory",
        solvers: [
          {
            http01: {
              gatewayHTTPRoute: { parentRefs: [{ kind: "Gateway", name: "traefik", namespace: "edge" }] },
            },
          },
        ],
      },
    });
    expect(spec(plan, "traefik-certificate-solver", "kubernetes:networking.k8s.io/v1:NetworkPolicy")).toMatchObject({
      podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      ingress: [{ ports: [{ port: 8089 }] }],
    });
    expect(plan.upstream("certificates", release).has("gateway-api")).toBe(true);
    expect(spec(plan, "traefik-certificate", certificate)).toMatchObject({ dnsNames: ["docs.example.com"] });
  });

  test("by DNS has the credentials in a Secret only, and none where they are not set", async () => {
    const certificates = { issuer: { ...acme, challenge: "dns" } };
    const plan = await record({ certificates, network: dns, credentials: "t0ken" });
    expect(spec(plan, "certificates-issuer", clusterIssuer)).toMatchObject({
      acme: {
        solvers: [
          {
            selector: { dnsZones: ["example.com"] },
            dns01: { cloudflare: { apiTokenSecretRef: { name: "dns-credentials", key: "credentials" } } },
          },
        ],
      },
    });
    const holding = plan.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("t0ken"));
    expect(new Set(holding.map(({ type }) => type))).toEqual(new Set(["kubernetes:core/v1:Secret"]));
    const without = await record({ certificates, network: dns });
    expect([...names(without, clusterIssuer), ...names(without, certificate)]).toEqual([]);
  });

  test.each([
    [{ kind: "aws", region: "eu-central-1", accessKeyId: "AKIAIOSFODNN7EXAMPLE" } as const, "route53"],
    [
      { kind: "rfc2136", host: "ns.example.com", port: 53, tsigKeyName: "k", tsigAlgorithm: "hmac-sha512" } as const,
      "rfc2136",
    ],
  ])("by DNS of %j", (provider, key) => {
    const zone: DnsConfig = {
      kind: "external-dns",
      provider,
      zones: ["example.com"],
      target: "x",
      policy: "upsert-only",
    };
    const config = { kind: "acme", email: "a@b.c", server: "https://x", challenge: "dns" } as const;
    const { solvers } = acmeSpec({ config, gateway: "traefik", dns: zone })["acme"] as { solvers: { dns01: object }[] };
    expect(Object.keys(solvers[0]?.dns01 ?? {})).toEqual([key]);
  });
});

describe("cert-manager's values", () => {
  const image: ChartImage<"certManager"> = (role) => imageParts(`registry.example/x/${role}:1`);
  const local = { kind: "cert-manager", issuer: { kind: "local-ca" } } as const;

  test("bring the definitions, one replica and bounded programs on a local cluster", () => {
    const values = certManagerValues(local, { local: true }, image);
    expect(values).toMatchObject({ crds: { enabled: true, keep: false }, replicaCount: 1 });
    for (const part of [values, values.webhook, values.cainjector, values.startupapicheck])
      expect(part.resources).toMatchObject({ requests: { cpu: "10m" }, limits: {} });
    expect(values).not.toHaveProperty("acmesolver");
  });

  test("know HTTPRoutes only where an answer is one", () => {
    const config = {
      kind: "cert-manager",
      issuer: { ...acme, kind: "acme", server: "https://x", challenge: "http" },
    } as const;
    expect(certManagerValues(config, { local: false }, image)).toMatchObject({
      replicaCount: 2,
      config: { gatewayAPI: { enabled: true } },
    });
  });
});
