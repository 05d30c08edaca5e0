// Who may call whom, by evaluating the policies that the program makes against a table of requests.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Plan } from "../../tools/plan/record.ts";
import { type Call, decide, type MeshObject } from "../support/istio/mesh.ts";
import { meshObjects, planWith } from "../support/istio/plan.ts";

const release = "kubernetes:helm.sh/v3:Release";
const edge = "cluster.local/ns/edge/sa/traefik";
const account = (app: string) => `cluster.local/ns/apps/sa/${app}`;
const user = { iss: "https://id.example.com", sub: "u" };
const admin = { ...user, role: "admin" };

const app = { image: "ghcr.io/acme/app:1.0.0", port: 8080 };
const apps = {
  shop: {
    ...app,
    routes: [{ path: "/" }],
    metrics: { port: 9090 },
    mesh: {
      auth: {
        issuers: ["users"],
        public: ["/healthz", "/assets"],
        trusted: ["app:worker"],
        rules: [
          { paths: ["/admin"], claims: { role: ["admin"] } },
          { paths: ["/ops"], claims: { role: ["admin", "ops"], team: ["platform"] } },
        ],
      },
      retries: { attempts: 3 },
    },
  },
  worker: { ...app, egress: ["app:shop"] },
  curious: app,
  keys: { ...app, routes: [{ path: "/keys" }] },
};
const issuers = {
  users: { issuer: "https://id.example.com", jwksUri: "http://keys.apps.svc.cluster.local:8080/keys.json" },
  others: { issuer: "https://others.example.com", jwksUri: "https://others.example.com/keys.json" },
};
const mesh = { kind: "istio", issuers };

/** As a browser writes it, and as Envoy hands it on: dots, double and escaped slashes gone. */
const to = (service: string, path = "/", changes: Partial<Call> = {}): Call => ({
  from: edge,
  namespace: "apps",
  service,
  labels: { "app.kubernetes.io/name": service },
  port: 8080,
  path,
  ...changes,
});
const direct = (name: string, changes: Partial<Call>): Call => {
  const { service: _service, from: _from, ...call } = to(name);
  return { ...call, ...changes };
};

describe("apps behind a waypoint", () => {
  let objects: MeshObject[];
  beforeAll(async () => {
    objects = meshObjects(await planWith({ "strata:network": { mesh }, "strata:apps": apps }));
  });

  test.each<[string, Call, string]>([
    ["a user", to("shop", "/", { token: user }), "allowed"],
    ["nobody in particular", to("shop"), "denied by shop-token (waypoint)"],
    ["a public path", to("shop", "/healthz"), "allowed"],
    ["below a public path", to("shop", "/assets/logo.png"), "allowed"],
    ["a path that only starts like a public one", to("shop", "/healthzzz"), "denied by shop-token (waypoint)"],
    ["an admin at an admin path", to("shop", "/admin", { token: admin }), "allowed"],
    ["a user at an admin path", to("shop", "/admin", { token: user }), "denied by shop-claims (waypoint)"],
    ["a user below it", to("shop", "/admin/users", { token: user }), "denied by shop-claims (waypoint)"],
    ["a user beside it", to("shop", "/administration", { token: user }), "allowed"],
    ["one claim of two", to("shop", "/ops", { token: admin }), "denied by shop-claims (waypoint)"],
    ["both claims", to("shop", "/ops", { token: { ...admin, team: "platform" } }), "allowed"],
    ["the other value", to("shop", "/ops", { token: { ...user, role: "ops", team: "platform" } }), "allowed"],
    [
      "a token of an issuer that the app does not accept",
      to("shop", "/", { token: { iss: "https://others.example.com", sub: "u" } }),
      "denied: no issuer of that token is accepted (waypoint)",
    ],
    ["a trusted app without a token", to("shop", "/", { from: account("worker") }), "allowed"],
    [
      "a trusted app is no admin",
      to("shop", "/admin", { from: account("worker") }),
      "denied by shop-claims (waypoint)",
    ],
    [
      "an app that does not say it calls, with a token",
      to("shop", "/", { from: account("curious"), token: admin }),
      "allowed by nothing (waypoint)",
    ],
    ["an app without routes and callers", to("curious"), "allowed by nothing (waypoint)"],
    ["an app that asks for no token", to("keys", "/keys"), "allowed"],
    ["past the waypoint, from the edge", direct("shop", { from: edge }), "allowed by nothing (ztunnel)"],
    ["past the waypoint, from a caller", direct("shop", { from: account("worker") }), "allowed by nothing (ztunnel)"],
    ["past the mesh, in the clear", direct("shop", {}), "allowed by nothing (ztunnel)"],
    ["Prometheus", direct("shop", { port: 9090 }), "allowed"],
    ["metrics by an app", direct("shop", { port: 9090, from: account("curious") }), "allowed by nothing (ztunnel)"],
    ["istiod, for the keys", direct("keys", {}), "allowed"],
  ])("%s", (_name, call, expected) => {
    expect(decide(objects, call)).toBe(expected);
  });

  test("the edge is in the mesh, so what it sends has an identity", () => {
    const labels = objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === "edge")?.metadata
      .labels;
    expect(labels?.["istio.io/dataplane-mode"]).toBe("ambient");
  });

  test("each service has one ALLOW at its waypoint and one at its pods: a second could only widen the first", () => {
    const allows = objects
      .filter(({ kind, spec }) => kind === "AuthorizationPolicy" && spec["action"] === "ALLOW")
      .map(({ spec }) => JSON.stringify(spec["targetRefs"] ?? spec["selector"]));
    expect(allows.length).toBe(2 * Object.keys(apps).length);
    expect(new Set(allows).size).toBe(allows.length);
  });
});

describe("apps that ask for nothing", () => {
  test("have no waypoint, and their pods know their callers", async () => {
    const bare = Object.fromEntries(
      Object.entries(apps).map(([name, { mesh: _mesh, ...rest }]: [string, Record<string, unknown>]) => [name, rest]),
    );
    const objects = meshObjects(await planWith({ "strata:network": { mesh }, "strata:apps": bare }));
    expect(objects.filter(({ kind }) => kind === "Gateway")).toEqual([]);
    expect(decide(objects, to("shop"))).toBe("allowed");
    expect(decide(objects, to("shop", "/", { from: account("worker") }))).toBe("allowed");
    expect(decide(objects, to("shop", "/", { from: account("curious") }))).toBe("allowed by nothing (ztunnel)");
    expect(decide(objects, direct("shop", {}))).toBe("allowed by nothing (ztunnel)");
  });
});

describe("the reference system's services", () => {
  const text = readFileSync(new URL("../unit/mesh/reference-mesh.yaml", import.meta.url), "utf8");
  let plan: Plan;
  let objects: MeshObject[];
  beforeAll(async () => {
    plan = await planWith(parse(text) as Record<string, unknown>);
    objects = meshObjects(plan);
  });
  const reach = (service: string, port: number, changes: Partial<Call>): string =>
    decide(objects, { ...to(service), namespace: "microservices", port, ...changes });
  const person = { iss: "auth-service", sub: "1" };

  test.each<[string, string, number, Partial<Call>, string]>([
    ["a user", "greeter-service", 80, { token: person }, "allowed"],
    ["nobody", "greeter-service", 80, {}, "denied by greeter-service-token (waypoint)"],
    ["a service beside it", "greeter-service", 80, { from: "cluster.local/ns/microservices/sa/x" }, "allowed"],
    ["the login", "auth-service", 8090, { path: "/auth/login" }, "allowed"],
    ["a user who is no admin", "gateway", 8082, { token: person }, "denied by gateway-claims (waypoint)"],
    ["an admin", "gateway", 8082, { token: { ...person, role: "admin" } }, "allowed"],
    [
      "a neighbour without a token",
      "gateway",
      8082,
      { from: "cluster.local/ns/microservices/sa/x" },
      "denied by gateway-token (waypoint)",
    ],
  ])("%s: %s", (_name, service, port, changes, expected) => {
    expect(reach(service, port, changes)).toBe(expected);
  });

  test("have their limits and retries", () => {
    const spec = (kind: string, name: string) =>
      objects.find(({ kind: found, metadata }) => found === kind && metadata.name === name)?.spec;
    expect(objects.filter(({ kind }) => kind === "DestinationRule")).toHaveLength(5);
    expect(spec("DestinationRule", "greeter-service")).toEqual({
      host: "greeter-service.microservices.svc.cluster.local",
      trafficPolicy: {
        loadBalancer: { simple: "LEAST_REQUEST" },
        connectionPool: {
          tcp: { maxConnections: 100 },
          http: { h2UpgradePolicy: "UPGRADE", http2MaxRequests: 50, maxRequestsPerConnection: 10 },
        },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: "10s",
          baseEjectionTime: "30s",
          maxEjectionPercent: 50,
        },
      },
    });
    expect(objects.filter(({ kind }) => kind === "VirtualService")).toHaveLength(3);
    expect(spec("VirtualService", "gateway")?.["http"]).toEqual([
      {
        route: [{ destination: { host: "gateway.microservices.svc.cluster.local", port: { number: 8082 } } }],
        retries: { attempts: 2, perTryTimeout: "3s", retryOn: "connect-failure,refused-stream,unavailable" },
      },
    ]);
  });

  test("istiod may fetch the keys, and the pods there may be probed and tunnelled to", () => {
    const guests = plan.find("microservices-guests").inputs["spec"] as {
      ingress: { from?: unknown; ports: unknown[] }[];
    };
    const text = JSON.stringify(guests.ingress);
    expect(text).toContain("169.254.7.127/32");
    expect(text).toContain('"app.kubernetes.io/name":"istiod"');
    expect(guests.ingress.some(({ ports }) => JSON.stringify(ports).includes("15008"))).toBe(true);
  });
});

describe("nothing waits for Istio that does not use it", () => {
  test("pods, Services and namespaces are there before the releases; objects of Istio's wait for its definitions only", async () => {
    const plan = await planWith(
      { "strata:network": { mesh }, "strata:apps": apps },
      { "istio-base": 600, "istio-istiod": 600, "istio-cni": 600, "istio-ztunnel": 600 },
    );
    const releases = ["istio-base", "istio-istiod", "istio-cni", "istio-ztunnel"];
    const upstream = plan.resources
      .filter(({ custom }) => custom)
      .map(({ name, type }) => ({
        type,
        waitsFor: [...plan.upstream(name, type)].filter((other) => releases.includes(other)),
      }));
    const waiting = upstream.filter(({ waitsFor }) => waitsFor.length > 0);
    expect(waiting.length).toBeGreaterThan(5);
    expect(waiting.filter(({ type }) => !/istio\.io\//.test(type))).toEqual([]);
    expect(new Set(waiting.flatMap(({ waitsFor }) => waitsFor))).toEqual(new Set(["istio-base"]));
    expect(upstream.filter(({ type, waitsFor }) => type === release && waitsFor.length > 0)).toEqual([]);
    expect([...plan.upstream("apps-waypoint", "kubernetes:gateway.networking.k8s.io/v1:Gateway")]).toContain(
      "gateway-api",
    );
    expect([...plan.upstream("shop", "kubernetes:apps/v1:Deployment")]).not.toContain("gateway-api");
  });
});

describe("a waypoint", () => {
  const gateway = "kubernetes:gateway.networking.k8s.io/v1:Gateway";

  test.each([
    ["kind", { "pulumi.com/waitFor": "condition=Programmed" }],
    // Nobody programs it there.
    ["kwok", undefined],
  ])("on %s is waited for until it is programmed: %o", async (kind, expected) => {
    const plan = await planWith({
      "strata:cluster": { kind },
      "strata:network": { mesh },
      "strata:apps": apps,
    });
    expect((plan.find("apps-waypoint", gateway).inputs["metadata"] as { annotations?: object }).annotations).toEqual(
      expected,
    );
  });
});
