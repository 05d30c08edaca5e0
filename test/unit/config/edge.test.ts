import { describe, expect, test } from "vitest";
import { certifiedHosts, edgeHosts, edgePages, recordedHosts } from "../../../config/edge-hosts.ts";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

type Sections = Record<string, object>;

const network = (more: object = {}, edge: object = {}) => ({
  network: {
    ingress: { kind: "traefik", api: "gateway" },
    certificates: { kind: "cert-manager" },
    edge,
    ...more,
  },
});
const observability = { objectStore: { kind: "garage" }, observability: {} };
const good: Sections = { cluster: { kind: "kind" }, ...network(), ...observability };
const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };
const app = (...routes: object[]) => ({ apps: { web: { image: "versions:podinfo", port: 80, routes } } });
const parse = (sections: Sections) =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(Object.entries(sections).map(([name, value]) => [name, JSON.stringify(value)])),
  });
const issues = (sections: Sections): readonly string[] => {
  try {
    parse(sections);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

describe("refused", () => {
  test.each<[string, Sections, string[]]>([
    [
      "Ingress objects",
      network({ ingress: { kind: "traefik" } }),
      [
        "strata:network.certificates.kind: The certificate belongs to a listener of the Gateway API. Set network.ingress.api to gateway, or remove network.certificates",
        "strata:network.edge: The edge is a Gateway of Traefik's. Set network.ingress to kind traefik with api gateway, or remove network.edge",
      ],
    ],
    [
      "no certificate",
      { network: { ingress: { kind: "traefik", api: "gateway" }, edge: {} } },
      [
        "strata:network.edge: Nobody makes its certificate. Add network.certificates with kind: cert-manager, or remove it",
      ],
    ],
    [
      "a certificate of a load balancer",
      network({ certificates: { kind: "acm", zoneId: "Z0123456789ABCDEFGHIJ" } }),
      [
        "strata:network.certificates.kind: acm certifies load balancers of AWS, and cluster.kind is kind. Set it to cert-manager, or cluster.kind to eks",
        "strata:network.certificates.kind: acm ends TLS at a load balancer, and the edge ends it itself. Set it to cert-manager, or remove network.edge",
      ],
    ],
    [
      "a name that nobody resolves",
      network({}, { domain: "strata.example.com" }),
      [
        "strata:network.edge.domain: Nobody tells where strata.example.com is. Take one below .localhost, which leads to this machine, or keep records of it by network.dns",
      ],
    ],
    [
      "a wildcard",
      network({}, { domain: "*.strata.localhost" }),
      [
        'strata:network.edge.domain: got "*.strata.localhost". Expected a domain without *, for example "strata.localhost"',
      ],
    ],
    [
      "a public authority for this machine's names",
      {
        cluster: existing,
        ...network({ certificates: { kind: "cert-manager", issuer: { kind: "acme", email: "ops@example.com" } } }),
      },
      [
        "strata:network.edge.domain: No authority certifies strata.localhost. Name another, or set the issuer to local-ca",
      ],
    ],
    [
      "pages that are not there",
      network({}, { pages: ["openbao", "argocd", "grafana", "redpandaConsole"] }),
      [
        "strata:network.edge.pages[0]: The stack has no openbao. Add strata:openbao, or remove the page",
        "strata:network.edge.pages[1]: The stack has no argocd. Add strata:gitops with kind: argocd, or remove the page",
        "strata:network.edge.pages[3]: The stack has no redpandaConsole. Add strata:queue with console: true, or remove the page",
      ],
    ],
    [
      "a page twice, and one that nobody knows",
      network({}, { pages: ["grafana", "grafana"] }),
      ["strata:network.edge.pages[1]: grafana is named twice. Remove one"],
    ],
    [
      "a page without a login on somebody else's cluster",
      { cluster: existing, ...network({}, { domain: "example.com", pages: ["grafana", "prometheus"] }) },
      [
        "strata:network.edge.pages[1]: prometheus asks nobody for a login, so everybody who reaches the gateway would have it. Only a cluster on this machine may. Remove the page",
      ],
    ],
    [
      "what GitOps delivers",
      { gitops: { kind: "argocd" } },
      [
        "strata:network.edge: What GitOps delivers is rendered without the engine, and so without a page of it: the two are not offered together yet. Set gitops to kind argocd with delivers: nothing, or remove network.edge",
      ],
    ],
    [
      "a host that OpenBao can't have",
      { openbao: { kind: "operator", host: "grafana.strata.localhost" } },
      ["strata:openbao.host: grafana.strata.localhost is grafana's host. Give it another"],
    ],
    [
      "a host of OpenBao's that leads nowhere",
      { openbao: { kind: "operator", host: "bao.example.com" } },
      [
        "strata:openbao.host: Nobody tells where bao.example.com is. Take one below .localhost, which leads to this machine, or keep records of it by network.dns",
      ],
    ],
    [
      "a route with the host of a page",
      app({ host: "grafana.strata.localhost", path: "/shop" }),
      ["strata:apps.web.routes[0].host: grafana.strata.localhost is the host of grafana at the edge. Give it another"],
    ],
    [
      "a path of every host, which Traefik ranks above a page",
      app(
        { path: "/" },
        { path: "/api" },
        { host: "*.strata.localhost", path: "/v1" },
        { host: "*.a.localhost", path: "/v1" },
      ),
      [
        "strata:apps.web.routes[1]: It takes /api on any host, and so on grafana.strata.localhost, which is the edge's: Traefik ranks it above the page. Give the route a host",
        "strata:apps.web.routes[2]: It takes /v1 on *.strata.localhost, and so on grafana.strata.localhost, which is the edge's: Traefik ranks it above the page. Give it a host without *, or one elsewhere",
      ],
    ],
    [
      "an extra route with a priority above a page's",
      network({
        ingress: {
          kind: "traefik",
          api: "gateway",
          routes: {
            low: { path: "/", priority: 1, namespace: "shop", service: "shop", port: 80 },
            high: { host: "*.strata.localhost", path: "/", namespace: "shop", service: "shop", port: 80 },
          },
        },
      }),
      [
        "strata:network.ingress.routes.high: It takes every path on *.strata.localhost, and so on grafana.strata.localhost, which is the edge's: Traefik ranks it above the page. Give it a host without *, or one elsewhere",
      ],
    ],
  ])("%s", (_, changes, expected) => {
    expect(issues({ ...good, ...changes })).toEqual(expect.arrayContaining(expected));
  });

  test("an edge before nothing", () => {
    expect(issues({ cluster: { kind: "kind" }, ...network() })).toEqual([
      "strata:network.edge: The stack has no page that asks for a login. Add strata:openbao, strata:observability or strata:gitops with kind: argocd, name a page under pages, or remove it",
    ]);
    // The section's own mistake is enough to be told.
    expect(issues({ cluster: { kind: "kind" }, ...network(), observability: { kind: "none" } })).toHaveLength(2);
  });

  test("a host of OpenBao's without an edge", () => {
    expect(
      issues({ cluster: { kind: "kind" }, openbao: { kind: "operator", host: "bao.strata.localhost" } }),
    ).toContain(
      "strata:openbao.host: Nothing serves it. Add network.edge, with openbao among its pages, or remove the key",
    );
  });

  test("a remote repository for an engine that delivers nothing", () => {
    const source = { kind: "remote", url: "https://git.example/x.git", revision: "0".repeat(40) };
    expect(issues({ cluster: { kind: "kind" }, gitops: { kind: "argocd", delivers: "nothing", source } })).toEqual([
      "strata:gitops.source: Nothing of the stack is delivered, so nothing is read from it. Remove the key, or delivers: nothing",
    ]);
    expect(issues({ cluster: { kind: "kind" }, gitops: { kind: "flux", delivers: "nothing" } })).toEqual([
      "strata:gitops.delivers: unknown key. Allowed here: kind, source, timeout",
    ]);
  });
});

describe("had", () => {
  const argocd = { gitops: { kind: "argocd", delivers: "nothing" } };

  test("each page with a login, under a host of its own, named in full in the certificate", () => {
    const config = parse({ ...good, ...argocd, ...app({ host: "shop.localhost", path: "/" }) });
    expect(edgePages(config)).toEqual(["argocd", "grafana"]);
    expect(edgeHosts(config)).toEqual({ argocd: "argocd.strata.localhost", grafana: "grafana.strata.localhost" });
    expect(certifiedHosts(config)).toEqual(["argocd.strata.localhost", "grafana.strata.localhost", "shop.localhost"]);
    // No zone has names below .localhost.
    expect(recordedHosts(config)).toEqual(["shop.localhost"]);
  });

  test("pages without a login by name on this machine, and none otherwise", () => {
    const pages = { pages: ["alertmanager", "prometheus"] };
    expect(edgeHosts(parse({ ...good, ...network({}, pages) }))).toEqual({
      prometheus: "prometheus.strata.localhost",
      alertmanager: "alertmanager.strata.localhost",
    });
    const { network: bare } = network();
    const { edge: _, ...without } = bare;
    const config = parse({ ...good, network: without });
    expect([edgeHosts(config), certifiedHosts(config)]).toEqual([{}, []]);
  });

  test("elsewhere with the zone that keeps its records", () => {
    const dns = {
      kind: "external-dns",
      provider: { kind: "cloudflare" },
      zones: ["example.com"],
      target: "127.0.0.1",
    };
    const config = parse({ ...good, ...network({ dns }, { domain: "strata.example.com" }) });
    expect(recordedHosts(config)).toEqual(["grafana.strata.example.com"]);
    expect(issues({ ...good, ...network({ dns }, { domain: "strata.example.org" }) })).toEqual([
      "strata:network.dns.zones: grafana.strata.example.org of a route is in none of example.com. Add its zone, or change the host",
    ]);
  });
});
