import { expect, test } from "vitest";
import {
  durationSeconds,
  type TunnelConfig,
  tunnelConfig,
  tunnelFlows,
} from "../../../layers/network/tunnel-config.ts";

const config: TunnelConfig = {
  kind: "cloudflared",
  tunnel: "platform",
  replicas: 2,
  hosts: { "grafana.example.com": "grafana", "app.example.com": "ingress" },
  gracePeriod: "30s",
};

test("public hosts lead to Services, and everything else to a 404", () => {
  expect(tunnelConfig(config, "/credentials.json")).toEqual({
    tunnel: "platform",
    "credentials-file": "/credentials.json",
    metrics: "0.0.0.0:2000",
    "no-autoupdate": true,
    loglevel: "info",
    "grace-period": "30s",
    ingress: [
      { hostname: "grafana.example.com", service: "http://grafana.observability.svc.cluster.local:3000" },
      { hostname: "app.example.com", service: "http://traefik.edge.svc.cluster.local:80" },
      { service: "http_status:404" },
    ],
  });
});

test("it reaches the edge outside and the named Services inside, nothing else", () => {
  expect(tunnelFlows(config).egress).toEqual([
    { peers: ["internet"], ports: [7844] },
    { peers: ["internet"], ports: [7844], protocol: "UDP" },
    { peers: [{ namespace: "observability", workload: "grafana" }], ports: [3000] },
    { peers: [{ namespace: "edge", workload: "traefik" }], ports: [8000] },
  ]);
});

test.each([
  ["30s", 30],
  ["2m", 120],
  ["1h", 3600],
])("%s is %i seconds", (duration, seconds) => {
  expect(durationSeconds(duration)).toBe(seconds);
});
