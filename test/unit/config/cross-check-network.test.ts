import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const issues = (sections: Record<string, unknown>): readonly string[] => {
  const all = { cluster: { kind: "kind" }, ...sections };
  const raw = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, JSON.stringify(value)]));
  try {
    parseConfig({ file: "Pulumi.test.yaml", sections: raw });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};
const app = { image: "ghcr.io/acme/app:1.0.0", port: 80 };
const tunnel = (host: string) => ({
  tunnel: { kind: "cloudflared", tunnel: "platform", hosts: { "x.example.com": host } },
});

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "two protocols on one port",
    { apps: { a: { ...app, routes: [{ path: "/" }, { path: "/grpc", protocol: "h2c" }] } } },
    [
      "strata:apps.a.routes: One port speaks one protocol, but the routes name http and h2c. Give all of them the same protocol",
    ],
  ],
  [
    "a call to an app that is not there",
    { apps: { a: { ...app, egress: ["app:greter"] }, greeter: app } },
    ['strata:apps.a.egress[0]: Unknown app "greter". Did you mean "greeter"? Declared under apps: a, greeter'],
  ],
  [
    "a tunnel to what the stack does not have",
    { network: tunnel("prometheus") },
    [
      "strata:network.tunnel.hosts.x.example.com: There is no prometheus to reach. Add strata:observability, or point the host at ingress",
    ],
  ],
  [
    "Grafana public with well-known credentials",
    {
      network: tunnel("grafana"),
      objectStore: { kind: "garage" },
      observability: { grafana: { credentials: "well-known" } },
    },
    [
      "strata:observability.grafana.credentials: well-known (admin/admin) would be public through network.tunnel.hosts. Set it to random",
    ],
  ],
  [
    "a route with the dashboard's name",
    {
      network: {
        ingress: { kind: "traefik", routes: { dashboard: { path: "/d", namespace: "x", service: "y", port: 80 } } },
      },
    },
    [
      "strata:network.ingress.routes.dashboard: The name dashboard is taken by the gateway's own dashboard. Name the route otherwise",
    ],
  ],
])("%s", (_name, sections, expected) => {
  expect(issues(sections)).toEqual(expected);
});

test("a tunnel to the ingress needs nothing else", () => {
  expect(issues({ network: tunnel("ingress") })).toEqual([]);
});
