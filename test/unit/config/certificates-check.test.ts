import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { parsedConfig } from "../../support/network.ts";

const issues = (network: Record<string, unknown>, hosts: readonly string[], cluster: object = { kind: "kind" }) => {
  const apps = {
    a: {
      image: "ghcr.io/acme/app:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      port: 80,
      routes: hosts.map((host) => ({ host, path: "/" })),
    },
  };
  const sections = { cluster, network: { ingress: { kind: "traefik", api: "gateway" }, ...network }, apps };
  const raw = Object.fromEntries(Object.entries(sections).map(([name, value]) => [name, JSON.stringify(value)]));
  try {
    parseConfig({ file: "Pulumi.test.yaml", sections: raw });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const acme = (more: object = {}) => ({
  certificates: { kind: "cert-manager", issuer: { kind: "acme", email: "ops@example.com", ...more } },
});
const dns = {
  dns: { kind: "external-dns", provider: { kind: "cloudflare" }, zones: ["example.com"], target: "192.0.2.1" },
};
const loopback = { dns: { ...dns.dns, target: "127.0.0.1" } };
const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };

test.each<[string, Record<string, unknown>, string[], object, string[]]>([
  [
    "Ingress objects",
    { ingress: { kind: "traefik" }, certificates: { kind: "cert-manager" } },
    [],
    existing,
    [
      "strata:network.certificates.kind: The certificate belongs to a listener of the Gateway API. Set network.ingress.api to gateway, or remove network.certificates",
    ],
  ],
  [
    "nothing to certify",
    acme(),
    [],
    existing,
    [
      "strata:network.certificates.issuer.kind: No route names a host, so there is nothing to certify. Give a route a host, or set the issuer to local-ca",
    ],
  ],
  [
    "an authority on a laptop",
    acme(),
    ["a.example.com"],
    { kind: "kind" },
    [
      "strata:network.certificates.issuer.challenge: No authority reaches a cluster on this machine. Set challenge to dns, or the issuer to local-ca",
    ],
  ],
  [
    "a wildcard by http",
    acme(),
    ["*.example.com"],
    existing,
    [
      "strata:network.certificates.issuer.challenge: No authority certifies *.example.com by http. Set challenge to dns, or name each host",
    ],
  ],
  [
    "a record without a zone",
    acme({ challenge: "dns" }),
    ["a.example.com"],
    existing,
    [
      "strata:network.certificates.issuer.challenge: There is no zone to write to. Add network.dns, or set challenge to http",
    ],
  ],
  [
    "a zone without a host",
    dns,
    [],
    existing,
    [
      "strata:network.dns.zones: No route names a host, so there is no record to keep. Give a route a host, or remove network.dns",
    ],
  ],
  [
    "a host outside of the zones",
    dns,
    ["a.example.com", "notexample.com"],
    existing,
    ["strata:network.dns.zones: notexample.com of a route is in none of example.com. Add its zone, or change the host"],
  ],
  [
    "a public record of a laptop",
    dns,
    ["a.example.com"],
    { kind: "kind" },
    [
      "strata:network.dns.target: The gateway of a kind cluster listens on 127.0.0.1 only, so the record would lead nowhere. Set it to 127.0.0.1, or remove network.dns",
    ],
  ],
])("%s is refused", (_name, network, hosts, cluster, expected) => {
  expect(issues(network, hosts, cluster)).toEqual(expected);
});

test("what can work passes", () => {
  expect(issues(acme(), ["a.example.com"], existing)).toEqual([]);
  expect(issues({ ...acme({ challenge: "dns" }), ...loopback }, ["*.example.com"], { kind: "kind" })).toEqual([]);
  expect(issues({ certificates: { kind: "cert-manager" } }, [])).toEqual([]);
});

test("the issuer is the local root unless another is named, and the public one has its address", () => {
  const network = { ingress: { kind: "traefik", api: "gateway" }, certificates: { kind: "cert-manager" } };
  expect(parsedConfig({ network }).network.certificates).toEqual({
    kind: "cert-manager",
    issuer: { kind: "local-ca" },
  });
});
