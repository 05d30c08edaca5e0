// Certificates, records and gateways of a stack on EKS, and in its rehearsal.
import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const eks = {
  kind: "eks",
  region: "eu-central-1",
  account: "111122223333",
  apiServer: { access: "private" },
};

const issues = (
  network: Record<string, unknown>,
  { cluster = eks as object, hosts = ["a.example.com"] as readonly string[], rehearse = false } = {},
) => {
  const apps = {
    a: {
      image: "ghcr.io/acme/app:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      port: 80,
      routes: hosts.map((host) => ({ host, path: "/" })),
    },
  };
  const raw = Object.fromEntries(
    Object.entries({ cluster, network, apps }).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  try {
    parseConfig({
      file: "Pulumi.test.yaml",
      sections: raw,
      secrets: new Set(),
      ...(rehearse && { overrides: { cluster: "kwok" } }),
    });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const zoneId = "Z0123456789ABC";
const dns = (provider: object, more: object = {}) => ({
  dns: { kind: "external-dns", provider: { kind: "aws", ...provider }, zones: ["example.com"], ...more },
});
const key = { region: "eu-central-1", accessKeyId: "AKIAIOSFODNN7EXAMPLE" };
const byRole = "On EKS the pods have a role of their own";

test.each<[string, Record<string, unknown>, Parameters<typeof issues>[1], string[]]>([
  [
    "records without their zone",
    dns({}),
    {},
    [
      `strata:network.dns.provider.zoneId: missing. ${byRole}, for one zone. Its id is printed by: aws route53 list-hosted-zones-by-name --dns-name example.com`,
    ],
  ],
  [
    "an access key where there is a role",
    dns({ zoneId, ...key }),
    {},
    ["accessKeyId", "region"].map(
      (name) => `strata:network.dns.provider.${name}: ${byRole}, and need no login. Remove the key`,
    ),
  ],
  [
    "the id of one zone for two",
    dns({ zoneId }, { zones: ["example.com", "example.org"] }),
    {},
    ["strata:network.dns.zones: zoneId is one zone, and these are 2. Name the one that it is the id of"],
  ],
  [
    "what is no id of a zone",
    dns({ zoneId: "example.com" }),
    {},
    [
      'strata:network.dns.provider.zoneId: got "example.com". Expected the id of a hosted zone of Route 53, for example "Z0123456789ABCDEFGHIJ"',
    ],
  ],
  [
    "a role outside of EKS, and no target",
    dns({ zoneId }),
    { cluster: { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" } },
    [
      "strata:network.dns.target: missing. Give the address, or the name, under which the gateway is reached",
      "strata:network.dns.provider.zoneId: It is for EKS, where the pods have a role for it. Remove the key",
      "strata:network.dns.provider.accessKeyId: missing. Outside of EKS Route 53 is asked with an access key",
      "strata:network.dns.provider.region: missing. Outside of EKS Route 53 is asked with an access key",
    ],
  ],
  [
    "Calico",
    { cni: { kind: "calico" } },
    {},
    [
      "strata:network.cni.kind: Calico's overlay gives pods addresses that the VPC does not know: neither the API server's calls of webhooks nor load balancers reach them. Leave network.cni out, or set it to cilium",
    ],
  ],
  [
    "Cilium's gateway",
    { cni: { kind: "cilium" }, ingress: { kind: "cilium" } },
    {},
    [
      "strata:network.ingress.kind: Cilium's gateway listens on the nodes here, which no load balancer of AWS is pointed at. Set it to traefik",
    ],
  ],
  [
    "a certificate of AWS's on a laptop",
    { certificates: { kind: "acm", zoneId } },
    { cluster: { kind: "kind" } },
    [
      "strata:network.certificates.kind: acm certifies load balancers of AWS, and cluster.kind is kind. Set it to cert-manager, or cluster.kind to eks",
    ],
  ],
  [
    "a certificate of AWS's for nothing",
    { certificates: { kind: "acm", zoneId } },
    { hosts: [] },
    ["strata:network.certificates.kind: No route names a host, so there is nothing to certify. Give a route a host"],
  ],
])("%s is refused, and so it is in a rehearsal", (_name, network, given, expected) => {
  expect(issues(network, given)).toEqual(expected);
  if (given?.cluster === undefined) expect(issues(network, { ...given, rehearse: true })).toEqual(expected);
});

test.each<[string, Record<string, unknown>]>([
  [
    "records and a proof by roles, with no secret set",
    {
      ...dns({ zoneId }),
      ingress: { kind: "traefik", api: "gateway" },
      certificates: { kind: "cert-manager", issuer: { kind: "acme", email: "ops@example.com", challenge: "dns" } },
    },
  ],
  ["a certificate of AWS's, whatever the routes are", { certificates: { kind: "acm", zoneId } }],
  [
    "records of another provider at the load balancer",
    { dns: { kind: "external-dns", provider: { kind: "cloudflare" }, zones: ["example.com"] } },
  ],
  ["Cilium as the pod network", { cni: { kind: "cilium" } }],
])("%s works on EKS, and is rehearsed", (_name, network) => {
  expect(issues(network)).toEqual([]);
  expect(issues(network, { rehearse: true })).toEqual([]);
});
