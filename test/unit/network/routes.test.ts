import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dashboardRouter, extraRoutes, routeRule } from "../../../layers/network/routes.ts";
import { networkConfig, referenceNetwork, referenceText } from "../../support/network.ts";

describe("routeRule", () => {
  test.each([
    [{ path: "/" }, "PathPrefix(`/`)"],
    [{ path: "/auth" }, "(Path(`/auth`) || PathPrefix(`/auth/`))"],
    [{ path: "/auth/" }, "(Path(`/auth`) || PathPrefix(`/auth/`))"],
    [{ host: "a.example.com", path: "/" }, "Host(`a.example.com`) && PathPrefix(`/`)"],
    [{ host: "*.example.com", path: "/" }, "HostRegexp(`^[a-zA-Z0-9-]+\\.example\\.com$`) && PathPrefix(`/`)"],
  ])("%j", (route, rule) => {
    expect(routeRule(route)).toBe(rule);
  });

  test("the dashboard's priority lies between a route for / and every longer one", () => {
    expect(routeRule({ path: "/" }).length).toBeLessThan(dashboardRouter.priority ?? 0);
    expect(routeRule({ path: "/a" }).length).toBeGreaterThan(dashboardRouter.priority ?? 0);
  });
});

describe("extraRoutes", () => {
  test("the four routes of the reference system", () => {
    const { routers, services } = extraRoutes(referenceNetwork().ingress.routes);
    expect(routers).toEqual({
      greeter: {
        rule: "(Path(`/greeter.v1.GreeterService`) || PathPrefix(`/greeter.v1.GreeterService/`))",
        service: "greeter",
        middlewares: ["cors@file", "auth@file", "rate-limit@file", "retry@file"],
        priority: 100,
      },
      gateway: {
        rule: "(Path(`/gateway.v1.GatewayService`) || PathPrefix(`/gateway.v1.GatewayService/`))",
        service: "gateway",
        middlewares: ["cors@file", "auth@file", "rate-limit@file"],
        priority: 100,
      },
      auth: {
        rule: "(Path(`/auth`) || PathPrefix(`/auth/`))",
        service: "auth",
        middlewares: ["cors@file", "rate-limit@file"],
        priority: 90,
      },
      frontend: { rule: "PathPrefix(`/`)", service: "frontend", priority: 1 },
    });
    const urls = Object.entries(services).map(([name, { loadBalancer }]) => [name, loadBalancer.servers[0]?.url]);
    expect(Object.fromEntries(urls)).toEqual({
      greeter: "h2c://greeter-service.microservices.svc.cluster.local:80",
      gateway: "h2c://gateway.microservices.svc.cluster.local:8082",
      auth: "http://auth-service.microservices.svc.cluster.local:8090",
      frontend: "http://frontend.microservices.svc.cluster.local:80",
    });
  });

  test("none without routes", () => {
    expect(extraRoutes(networkConfig().ingress.routes)).toEqual({ routers: {}, services: {} });
  });
});

test("docs/network.md shows the reference routes that these tests render", () => {
  const page = readFileSync(new URL("../../../docs/network.md", import.meta.url), "utf8");
  expect(page).toContain(`\`\`\`yaml\n${referenceText()}\`\`\``);
});
