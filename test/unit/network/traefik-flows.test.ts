import { expect, test } from "vitest";
import { traefikFlows } from "../../../layers/network/traefik-flows.ts";
import { networkConfig, referenceNetwork } from "../../support/network.ts";

test("without routes or traces only the API server is reached", () => {
  expect(traefikFlows({ ingress: networkConfig().ingress, watched: [] }).egress).toEqual([
    { peers: ["anywhere"], ports: [443, 6443] },
  ]);
});

test("each namespace behind a route is named once, the collector by its workload", () => {
  const flows = traefikFlows({
    ingress: referenceNetwork().ingress,
    watched: ["apps", "microservices"],
    telemetryNamespace: "observability",
  });
  expect(flows).toEqual({
    ingress: [
      { peers: ["anywhere"], ports: [8000, 8443] },
      { peers: [{ namespace: "observability", workload: "prometheus" }], ports: [9100] },
    ],
    egress: [
      { peers: ["anywhere"], ports: [443, 6443] },
      { peers: [{ namespace: "apps" }, { namespace: "microservices" }], ports: [] },
      { peers: [{ namespace: "microservices" }], ports: [] },
      { peers: [{ namespace: "observability", workload: "otel-collector" }], ports: [4317] },
    ],
  });
});

test.each([
  ["https://auth.example.com/verify", 443],
  ["http://example.com/verify", 80],
  ["https://auth.example.com:8443/verify", 8443],
])("an authority outside the cluster opens its port to the internet only: %s", (address, port) => {
  const { ingress } = networkConfig({
    ingress: { kind: "traefik", middlewares: { auth: { kind: "forwardAuth", address } } },
  });
  expect(traefikFlows({ ingress, watched: [] }).egress?.[1]).toEqual({ peers: ["internet"], ports: [port] });
});
