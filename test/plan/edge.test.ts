// The edge of a whole stack: who has a certificate, which routes there are and on which listener, and who may talk to whom.
import { describe, expect, test } from "vitest";
import { program } from "../../index.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { engineConfig } from "../../tools/plan/config.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { mockApi } from "../support/cluster.ts";

const stackFile = (edge: string): string => `
config:
  strata:cluster: { kind: kind }
  strata:network:
    ingress: { kind: traefik, api: gateway }
    certificates: { kind: cert-manager }
    ${edge}
  strata:postgres: { databases: { shop: { owner: shop } } }
  strata:objectStore: { kind: garage }
  strata:observability: {}
  strata:queue: { kind: redpanda }
  strata:gitops: { kind: argocd, delivers: nothing }
  strata:apps:
    web: { image: "versions:podinfo", port: 9898, database: shop, routes: [{ path: / }] }
`;
const plans = new Map<string, Promise<Plan>>();

const record = (edge: string): Promise<Plan> => {
  const { config } = engineConfig("Pulumi.site.yaml", stackFile(edge), (path) => `secret-of-${path}`);
  const known =
    plans.get(edge) ??
    recordPlan({ stack: "site", config }, () =>
      program(
        { state: "absent", incarnation: 1 },
        async (key) => ({ path: pathOf(key) }),
        undefined,
        async () => mockApi,
      ),
    );
  plans.set(edge, known);
  return known;
};
const withEdge = () => record("edge: {}");
const every = () => record("edge: { pages: [grafana, prometheus, alertmanager, redpandaConsole, argocd] }");

interface Route {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly hostnames?: readonly string[];
    readonly parentRefs: readonly {
      readonly name: string;
      readonly namespace?: string;
      readonly sectionName?: string;
    }[];
    readonly rules: readonly { readonly backendRefs?: readonly object[]; readonly filters?: readonly object[] }[];
  };
}
const httpRoute = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const routes = (plan: Plan) =>
  plan.resources
    .filter(({ type, parent }) => type === httpRoute && parent.includes("EdgeRoutes"))
    .map(({ inputs }) => inputs as unknown as Route);
const inputs = (plan: Plan, name: string, type: string) => plan.find(name, type).inputs as Record<string, unknown>;

describe("with an edge", () => {
  test("the certificate names each host in full", async () => {
    expect(
      inputs(await withEdge(), "traefik-certificate", "kubernetes:cert-manager.io/v1:Certificate")["spec"],
    ).toMatchObject({
      dnsNames: ["argocd.strata.localhost", "grafana.strata.localhost", "localhost"],
    });
  });

  test("each page has a route on the listener for TLS alone, to its own Service", async () => {
    const found = routes(await every()).filter(({ metadata }) => metadata.name !== "edge-to-tls");
    expect(found.map(({ spec }) => spec.parentRefs)).toEqual(
      found.map(() => [{ name: "traefik", namespace: "edge", sectionName: "websecure" }]),
    );
    expect(
      found.map(({ metadata, spec }) => [metadata.namespace, spec.hostnames, spec.rules[0]?.backendRefs]).sort(),
    ).toEqual([
      ["argocd", ["argocd.strata.localhost"], [{ name: "argocd-server", port: 80 }]],
      ["messaging", ["redpanda.strata.localhost"], [{ name: "redpanda-console", port: 8080 }]],
      ["observability", ["alertmanager.strata.localhost"], [{ name: "alertmanager", port: 9093 }]],
      ["observability", ["grafana.strata.localhost"], [{ name: "grafana", port: 3000 }]],
      ["observability", ["prometheus.strata.localhost"], [{ name: "prometheus", port: 9090 }]],
    ]);
  });

  test("plain HTTP leads to TLS, and a route of a page could not be there", async () => {
    const plan = await withEdge();
    const redirect = routes(plan).find(({ metadata }) => metadata.name === "edge-to-tls");
    expect(redirect?.metadata.namespace).toBe("edge");
    expect(redirect?.spec).toEqual({
      parentRefs: [{ name: "traefik", sectionName: "web" }],
      hostnames: ["argocd.strata.localhost", "grafana.strata.localhost"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", port: 30444, statusCode: 302 } }],
        },
      ],
    });
    const { listeners } = inputs(plan, "traefik-gateway", "kubernetes:gateway.networking.k8s.io/v1:Gateway")[
      "spec"
    ] as {
      listeners: {
        name: string;
        allowedRoutes: { namespaces: { selector: { matchExpressions: { values: string[] }[] } } };
      }[];
    };
    expect(
      listeners.map(({ name, allowedRoutes }) => [name, allowedRoutes.namespaces.selector.matchExpressions[0]?.values]),
    ).toEqual([
      ["web", ["apps", "edge"]],
      ["websecure", ["apps", "argocd", "edge", "observability"]],
    ]);
  });

  test("Traefik may read each namespace that it watches, once", async () => {
    const plan = await every();
    const readers = plan.resources
      .filter(
        ({ type, inputs }) => type.endsWith(":RoleBinding") && JSON.stringify(inputs).includes("strata-traefik-routes"),
      )
      .map(({ inputs }) => (inputs as unknown as Route).metadata.namespace)
      .sort();
    const { data } = plan.find("traefik", "kubernetes:core/v1:ConfigMap").inputs as { data: Record<string, string> };
    const watched = /kubernetesGateway:\n {4}namespaces:\n((?: {6}- .*\n)+)/.exec(data["traefik.yaml"] ?? "")?.[1];
    expect(readers).toEqual(["apps", "argocd", "edge", "messaging", "observability"]);
    expect(watched?.match(/[a-z]+/g)?.sort()).toEqual(readers);
    // Of the pages it reads HTTPRoutes, and nothing that only apps have.
    expect(data["traefik.yaml"]).toMatch(
      /kubernetesIngress:\n {4}ingressClass: traefik\n {4}namespaces:\n {6}- apps\n {4}allow/,
    );
  });

  test("Traefik may talk to the pods of each page at its port, and to none beside them", async () => {
    interface Policy {
      readonly egress: readonly {
        readonly ports: readonly { readonly port: number }[];
        readonly to?: readonly {
          readonly namespaceSelector?: { readonly matchLabels: Record<string, string> };
          readonly podSelector?: { readonly matchLabels: Record<string, string> };
        }[];
      }[];
    }
    const { egress } = inputs(await every(), "traefik", "kubernetes:networking.k8s.io/v1:NetworkPolicy")[
      "spec"
    ] as Policy;
    const targets = egress.flatMap(({ ports, to = [] }) =>
      to.map(({ namespaceSelector, podSelector }) =>
        [
          Object.values(namespaceSelector?.matchLabels ?? {}).join(),
          Object.values(podSelector?.matchLabels ?? {}).join(),
          ports.map(({ port }) => port).join(),
        ].join(" "),
      ),
    );
    const platform = targets.filter((target) => /^(argocd|messaging|observability) /.test(target)).sort();
    expect(platform).toEqual([
      "argocd argocd-server 8080",
      "messaging redpanda-console 8080",
      "observability alertmanager 9093",
      "observability grafana 3000",
      "observability otel-collector 4317",
      "observability prometheus 9090",
    ]);
  });

  test("the pages know their address, and it is the one that is told", async () => {
    const plan = await withEdge();
    expect(plan.outputs["urls"]).toMatchObject({
      argocd: "https://argocd.strata.localhost:30444",
      grafana: "https://grafana.strata.localhost:30444",
      prometheus: "http://localhost:30090",
    });
    const { data } = plan.find("observability-grafana-config").inputs as { data: Record<string, string> };
    expect(data["grafana.ini"]).toContain("root_url = https://grafana.strata.localhost:30444\n");
    expect(data["grafana.ini"]).toContain("[live]\nallowed_origins = http://localhost:30300\n");
    expect(inputs(plan, "gitops", "kubernetes:helm.sh/v3:Release")["values"]).toMatchObject({
      value: {
        global: { domain: "argocd.strata.localhost" },
        configs: { cm: { url: "https://argocd.strata.localhost:30444" } },
      },
    });
  });

  test("nothing waits for it", async () => {
    const plan = await every();
    const routesOfEdge = plan.resources.filter(({ custom, parent }) => custom && parent.includes("EdgeRoutes"));
    const waiting = plan.resources.filter(
      ({ custom, name, type }) =>
        custom && [...plan.before(name, type)].some((before) => routesOfEdge.includes(before)),
    );
    expect(waiting.map(({ name }) => name)).toEqual([]);
    expect(routesOfEdge.length).toBeGreaterThan(8);
    // What a page is made of waits neither for the gateway nor for its certificate.
    const gatewayObject = plan.find("traefik-gateway", "kubernetes:gateway.networking.k8s.io/v1:Gateway");
    const held = plan.resources.filter(
      ({ custom, name, type }) => custom && type !== httpRoute && plan.before(name, type).has(gatewayObject),
    );
    expect(held.map(({ name }) => name)).toEqual([]);
  });
});

test("OpenBao's route is its operator's, and the edge reads it without waiting for the operator", async () => {
  const plan = await record("edge: {}\n  strata:openbao: { kind: operator }");
  const reader = plan.find("edge-openbao-gateway-reader");
  expect(reader.inputs).toMatchObject({ metadata: { namespace: "openbao" } });
  // Traefik serves no route at all until it may read each of its namespaces.
  const releases = [...plan.before(reader.name)].filter(({ type }) => type.endsWith(":Release"));
  expect(releases.map(({ name }) => name)).toEqual([]);
  expect(routes(plan).flatMap(({ metadata }) => (metadata.namespace === "openbao" ? [metadata.name] : []))).toEqual([]);
  const { spec } = plan.find("openbao-cluster").inputs as { spec: Record<string, unknown> };
  expect(spec["gateway"]).toMatchObject({
    listenerName: "websecure",
    gatewayRef: { name: "traefik", namespace: "edge" },
    hostname: "bao.strata.localhost",
    backendTLS: { enabled: true, hostname: "openbao-cluster-bao.local" },
  });
  const { dnsNames } = inputs(plan, "traefik-certificate", "kubernetes:cert-manager.io/v1:Certificate")["spec"] as {
    dnsNames: string[];
  };
  expect(dnsNames).toContain("bao.strata.localhost");
  expect(plan.outputs["urls"]).toMatchObject({ openbao: "https://bao.strata.localhost:30444" });
});

describe("Argo CD that delivers nothing", () => {
  test("is there, and Pulumi applies the stack itself", async () => {
    const plan = await record("");
    expect(plan.resources.filter(({ inputs }) => inputs["kind"] === "Application")).toEqual([]);
    expect(plan.resources.filter(({ name }) => /gitops-files|deliveries/.test(name))).toEqual([]);
    expect(plan.find("gitops", "kubernetes:helm.sh/v3:Release").inputs["name"]).toBe("argocd");
    expect(plan.find("web", "kubernetes:apps/v1:Deployment").provider).toContain("cluster-provider");
    expect(plan.outputs["urls"]).toMatchObject({
      argocd: "http://localhost:30080",
      grafana: "http://localhost:30300",
    });
  });

  test("without an edge there is nothing of one", async () => {
    const plan = await record("");
    expect(plan.resources.filter(({ parent }) => parent.includes("EdgeRoutes"))).toEqual([]);
    const { data } = plan.find("observability-grafana-config").inputs as { data: Record<string, string> };
    expect(data["grafana.ini"]).toContain("root_url = http://localhost:30300\n");
    expect(data["grafana.ini"]).not.toContain("allowed_origins");
  });
});
