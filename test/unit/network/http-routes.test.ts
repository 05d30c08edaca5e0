// The same routes by each gateway that reads HTTPRoutes.
import { describe, expect, test } from "vitest";
import { routeHosts } from "../../../config/route-hosts.ts";
import { appNamespaces, createAppSpace, createApps } from "../../../layers/apps/index.ts";
import { createNetwork } from "../../../layers/network/index.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockCluster } from "../../support/cluster.ts";
import { parsedConfig } from "../../support/network.ts";

const retry = { retry: { kind: "retry", attempts: 2 } };
const apps = {
  web: { image: "versions:podinfo", port: 9898, routes: [{ path: "/" }] },
  grpc: {
    image: "versions:podinfo",
    port: 9999,
    routes: [{ host: "grpc.example.com", path: "/greeter.v1.Greeter", protocol: "h2c" }],
  },
};
const extra = { docs: { path: "/docs", namespace: "docs", service: "docs", port: 80 } };

const record = (
  network: Record<string, unknown>,
  more: Record<string, unknown> = {},
  simulated = false,
): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const config = parsedConfig({ network, apps: { ...apps, ...more } });
    const cluster = mockCluster({ simulated });
    const { gateway } = createNetwork({
      cluster,
      config: config.network,
      ingressNamespaces: appNamespaces(config.apps),
      hosts: routeHosts(config),
      waypointNamespaces: [],
    });
    const space = createAppSpace(config.apps, { gateway }, cluster.options);
    const urls = createApps({ cluster, config: config.apps, gateway, ...(space && { space }) }, cluster.options);
    return { url: gateway.url, urls };
  });

const api = "gateway.networking.k8s.io/v1";
const route = `kubernetes:${api}:HTTPRoute`;
const release = "kubernetes:helm.sh/v3:Release";
const spec = (plan: Plan, name: string, type: string) => plan.find(name, type).inputs["spec"];
const names = (plan: Plan, type: string) =>
  plan.resources.filter((resource) => resource.type === type).map(({ name }) => name);

describe("Traefik", () => {
  const network = { ingress: { kind: "traefik", api: "gateway", middlewares: retry, routes: extra } };
  const more = { limited: { ...apps.web, routes: [{ path: "/limited", middlewares: ["retry"] }] } };

  test("routes of apps are HTTPRoutes, and a middleware is an object of their namespace", async () => {
    const plan = await record(network, more);
    expect(names(plan, "kubernetes:networking.k8s.io/v1:Ingress")).toEqual([]);
    expect(spec(plan, "limited.limited", route)).toEqual({
      parentRefs: [{ name: "traefik", namespace: "edge" }],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/limited" } }],
          filters: [{ type: "ExtensionRef", extensionRef: { group: "traefik.io", kind: "Middleware", name: "retry" } }],
          backendRefs: [{ name: "limited", port: 9898 }],
        },
      ],
    });
    expect(plan.find("apps-gateway-retry", "kubernetes:traefik.io/v1alpha1:Middleware").inputs).toMatchObject({
      metadata: { name: "retry", namespace: "apps" },
      spec: { retry: { attempts: 2 } },
    });
  });

  test("hosts, and h2c as a field of the Service", async () => {
    const plan = await record(network);
    expect(spec(plan, "grpc.grpc-example-com-greeter-v1-greeter", route)).toMatchObject({
      hostnames: ["grpc.example.com"],
    });
    expect(spec(plan, "grpc", "kubernetes:core/v1:Service")).toMatchObject({
      ports: [{ port: 9999, appProtocol: "kubernetes.io/h2c" }],
    });
  });

  test("extra routes stay in its file, where they need no object", async () => {
    expect(names(await record(network), route)).toEqual(["web", "grpc.grpc-example-com-greeter-v1-greeter"]);
  });

  test("its Gateway takes routes of the served namespaces only, on the port of its entry point", async () => {
    const plan = await record(network);
    expect(spec(plan, "traefik-gateway", `kubernetes:${api}:Gateway`)).toEqual({
      gatewayClassName: "traefik",
      listeners: [
        {
          name: "web",
          protocol: "HTTP",
          port: 8000,
          allowedRoutes: {
            kinds: [{ kind: "HTTPRoute" }],
            namespaces: {
              from: "Selector",
              selector: {
                matchExpressions: [
                  { key: "kubernetes.io/metadata.name", operator: "In", values: ["apps", "docs", "edge"] },
                ],
              },
            },
          },
        },
      ],
    });
  });

  test("who uses the definitions waits for them, and no app, Service or policy does", async () => {
    const plan = await record(network, more);
    const waits = (name: string, type: string) => plan.upstream(name, type).has("gateway-api");
    expect(waits("web", route)).toBe(true);
    expect(waits("traefik", "kubernetes:apps/v1:Deployment")).toBe(true);
    expect(
      plan.upstream("apps-gateway-retry", "kubernetes:traefik.io/v1alpha1:Middleware").has("traefik-definitions"),
    ).toBe(true);
    const users = new Set([
      route,
      `kubernetes:${api}:Gateway`,
      `kubernetes:${api}:GatewayClass`,
      "kubernetes:apps/v1:Deployment",
    ]);
    const others = plan.resources.filter(
      ({ custom, name, type }) =>
        custom && !(users.has(type) && (type !== "kubernetes:apps/v1:Deployment" || name === "traefik")),
    );
    expect(others.length).toBeGreaterThan(15);
    const waiting = others.filter(({ name, type }) => name !== "gateway-api" && waits(name, type));
    expect(waiting.map(({ name, type }) => `${name} ${type}`)).toEqual([]);
  });

  test("it may write the state of what it serves, and nothing else", async () => {
    const plan = await record(network);
    const rules = plan.find("traefik-routes", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").inputs[
      "rules"
    ] as {
      resources: string[];
      verbs: string[];
    }[];
    const written = rules.filter(({ verbs }) => verbs.some((verb) => verb !== "list" && verb !== "watch"));
    expect(written.flatMap(({ resources }) => resources)).toEqual([
      "gateways/status",
      "httproutes/status",
      "grpcroutes/status",
      "backendtlspolicies/status",
    ]);
  });
});

describe("Cilium", () => {
  const network = { cni: { kind: "cilium" }, ingress: { kind: "cilium", routes: extra } };

  test("takes kube-proxy's work, with the API server's own address", async () => {
    expect((await record(network)).find("cilium", release).inputs["values"]).toMatchObject({
      kubeProxyReplacement: true,
      k8sServiceHost: "strata-test-control-plane",
      k8sServicePort: 6443,
      gatewayAPI: { enabled: true, enableAppProtocol: true, hostNetwork: { enabled: true } },
    });
  });

  test("starts when the definitions are there, because its operator looks once", async () => {
    const plan = await record(network);
    expect(plan.upstream("cilium", release).has("gateway-api")).toBe(true);
    expect(plan.find("gateway-api", release).inputs).toMatchObject({ version: "v1.4.1" });
  });

  test("listens on the port that is the user's, and is let in by a policy that can name it", async () => {
    const plan = await record(network);
    expect(plan.outputs).toMatchObject({ url: "http://localhost:30081", urls: { web: "http://localhost:30081/" } });
    expect(spec(plan, "cilium-gateway", `kubernetes:${api}:Gateway`)).toMatchObject({
      gatewayClassName: "cilium",
      listeners: [{ name: "web", port: 30081 }],
    });
    expect(spec(plan, "apps-gateway-envoy", "kubernetes:cilium.io/v2:CiliumNetworkPolicy")).toEqual({
      endpointSelector: {},
      ingress: [{ fromEntities: ["ingress"] }],
    });
    expect(plan.resources.map(({ type }) => type)).not.toContain("strata:network:Traefik");
  });

  test("on simulated nodes nobody makes the definition of that policy", async () => {
    const plan = await record(network, {}, true);
    expect(names(plan, "kubernetes:cilium.io/v2:CiliumNetworkPolicy")).toEqual([]);
    expect(plan.outputs["url"]).toBeUndefined();
  });

  test("extra routes are HTTPRoutes beside their Services", async () => {
    const plan = await record(network);
    expect(plan.find("extra-routes-docs", route).inputs).toMatchObject({
      metadata: { name: "docs", namespace: "docs" },
      spec: {
        parentRefs: [{ name: "gateway", namespace: "edge" }],
        rules: [{ backendRefs: [{ name: "docs", port: 80 }] }],
      },
    });
  });
});
