import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { parsedConfig } from "../../support/network.ts";

const issues = (network: Record<string, unknown>, apps: Record<string, unknown> = {}): readonly string[] => {
  const sections = { cluster: { kind: "kind" }, network, apps };
  const raw = Object.fromEntries(Object.entries(sections).map(([name, value]) => [name, JSON.stringify(value)]));
  try {
    parseConfig({ file: "Pulumi.test.yaml", sections: raw });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const app = { image: "ghcr.io/acme/app:1.0.0", port: 80 };
const cilium = (ingress: Record<string, unknown> = {}) => ({
  cni: { kind: "cilium" },
  ingress: { kind: "cilium", ...ingress },
});
const extra = { path: "/x", namespace: "x", service: "y", port: 80 };
const middlewares = {
  cors: { kind: "cors", origins: ["http://localhost:5173"], methods: ["GET"] },
  limit: { kind: "rateLimit", average: 1, burst: 1 },
  retry: { kind: "retry", attempts: 1 },
  auth: { kind: "forwardAuth", address: "http://auth.x.svc:80/verify" },
};

test.each(["nginx", "ingress-nginx"])("%s is refused for its reason", (kind) => {
  expect(issues({ ingress: { kind } })).toEqual([
    `strata:network.ingress.kind: "${kind}" is refused. ingress-nginx was archived in March 2026 and gets no security fixes. Use traefik, which serves Ingress objects and HTTPRoutes, or cilium`,
  ]);
});

test("Cilium's gateway needs Cilium", () => {
  expect(issues({ ingress: { kind: "cilium" } })).toEqual([
    "strata:network.ingress.kind: cilium is part of Cilium, and the pod network is default. Set network.cni.kind to cilium, or set network.ingress.kind to traefik",
  ]);
});

test("what Cilium's gateway can't do is refused, each with its way out", () => {
  const network = {
    ...cilium({ middlewares, routes: { x: { ...extra, protocol: "h2c", priority: 3 } } }),
    tunnel: { kind: "cloudflared", tunnel: "t", hosts: { "a.example.com": "ingress" } },
  };
  expect(
    issues(network, { a: { ...app, routes: [{ path: "/", priority: 9 }] } }).map((line) => line.replace(/\. .*/, "")),
  ).toEqual([
    "strata:apps.a.routes[0].priority: The Gateway API has no priorities: the longer path wins",
    "strata:network.ingress.routes.x.priority: The Gateway API has no priorities: the longer path wins",
    "strata:network.ingress.middlewares.cors.kind: Cilium 1.19 has no CORS filter",
    "strata:network.ingress.middlewares.limit.kind: Cilium's gateway has no rate limit",
    "strata:network.ingress.middlewares.retry.kind: Cilium's gateway reads retries from the experimental channel only",
    "strata:network.ingress.middlewares.auth.kind: Cilium's gateway asks no other service",
    "strata:network.ingress.routes.x.protocol: Cilium reads h2c from the Service, which is not strata's",
    "strata:network.tunnel.hosts.a.example.com: Cilium's gateway listens on the nodes and has no Service for the tunnel",
  ]);
});

test("the newest definitions are refused with Cilium's gateway", () => {
  expect(issues({ ...cilium(), gatewayApi: { version: "1.5" } })).toEqual([
    "strata:network.gatewayApi.version: Cilium 1.19.1 works with 1.4, and 1.5 is asked for. Remove the key, or set it to 1.4",
  ]);
});

test("an HTTPRoute has no priority, a route of Traefik's file and an Ingress have", () => {
  const apps = { a: { ...app, routes: [{ path: "/", priority: 9 }] } };
  const routes = { x: { ...extra, priority: 3 } };
  expect(issues({ ingress: { kind: "traefik", api: "gateway", middlewares, routes } }, apps)).toEqual([
    "strata:apps.a.routes[0].priority: The Gateway API has no priorities: the longer path wins. Remove the key, or set network.ingress.api to ingress",
  ]);
  expect(issues({ ingress: { kind: "traefik", routes } }, apps)).toEqual([]);
});

test("what is left works, with the definitions that fit", () => {
  const apps = { a: { ...app, routes: [{ path: "/grpc", protocol: "h2c", host: "a.example.com" }] } };
  const parsed = parsedConfig({ network: cilium({ routes: { x: extra } }), apps });
  expect(parsed.network.gatewayApi).toEqual({ version: "1.4" });
  expect(parsed.cluster).toMatchObject({ podNetwork: "none", kubeProxy: "none" });
  expect(parsedConfig({ network: { cni: { kind: "cilium" } } }).cluster).not.toHaveProperty("kubeProxy");
  expect(parsedConfig({ network: { ingress: { kind: "traefik", api: "gateway" } } }).network.gatewayApi).toEqual({
    version: "1.5",
  });
});
