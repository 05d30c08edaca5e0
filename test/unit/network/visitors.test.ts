import { expect, test } from "vitest";
import { visitorsOf } from "../../../layers/network/visitors.ts";
import { networkConfig, parsedConfig } from "../../support/network.ts";

const cloudflared = { namespace: "cloudflare", workload: "cloudflared" };
const traefik = { namespace: "edge", workload: "traefik" };
const tunnelled = parsedConfig({
  objectStore: { kind: "garage" },
  observability: {},
  network: {
    tunnel: {
      kind: "cloudflared",
      tunnel: "platform",
      hosts: { "grafana.example.com": "grafana", "x.example.com": "ingress" },
    },
  },
}).network;

test("nobody comes to a page that leads nowhere outside", () => {
  expect(visitorsOf({ config: networkConfig(), tunnel: false })).toEqual({
    grafana: [],
    prometheus: [],
    alertmanager: [],
  });
});

test("the tunnel comes to its hosts' pages, where it has its credentials", () => {
  expect(visitorsOf({ config: tunnelled, tunnel: true })).toEqual({
    grafana: [cloudflared],
    prometheus: [],
    alertmanager: [],
  });
  expect(visitorsOf({ config: tunnelled, tunnel: false }).grafana).toEqual([]);
});

test("the gateway comes to the edge's pages, and to those that an extra route leads to", () => {
  expect(visitorsOf({ config: networkConfig(), tunnel: false, edge: { grafana: "g.example.com" } }).grafana).toEqual([
    traefik,
  ]);
  const routes = { alerts: { path: "/alerts", namespace: "observability", service: "alertmanager", port: 9093 } };
  const config = networkConfig({ ingress: { kind: "traefik", routes } });
  expect(visitorsOf({ config, tunnel: false })).toEqual({ grafana: [], prometheus: [], alertmanager: [traefik] });
});
