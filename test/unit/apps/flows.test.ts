import { expect, test } from "vitest";
import { appFlows, calledApps, type FlowArgs } from "../../../layers/apps/flows.ts";
import { keyBucket } from "../../support/bucket.ts";
import { parsedConfig } from "../../support/network.ts";

const database = { namespace: "database", workload: "postgres" };
const base = { image: "ghcr.io/acme/app:1.0.0", port: 8080 };

const flowsOf = (app: Record<string, unknown>, changes: Partial<FlowArgs> = {}) => {
  const config = parsedConfig({
    postgres: { databases: { app_db: { owner: "dev" } } },
    objectStore: { kind: "garage" },
    queue: { kind: "redpanda" },
    apps: { app: { ...base, ...app }, other: base },
  }).apps["app"];
  if (!config) throw new Error("no app");
  return appFlows({ config, namespace: "apps", gatewayNamespace: "edge", callers: [], database, ...changes });
};

test("an app that uses nothing talks to nobody, and nobody to it", () => {
  expect(flowsOf({})).toEqual({ ingress: [], egress: [] });
});

test("without telemetry in the stack there is no collector to reach", () => {
  expect(flowsOf({ traces: true }).egress).toEqual([]);
  expect(flowsOf({ traces: false }, { telemetryNamespace: "observability" }).egress).toEqual([]);
});

test("everything at once", () => {
  const app = {
    routes: [{ path: "/" }],
    metrics: { port: 9090 },
    database: "app_db",
    bucket: "uploads",
    queue: true,
    egress: ["internet", "app:other"],
  };
  const bucket = keyBucket("uploads").egress;
  expect(flowsOf(app, { bucket, callers: ["other"], telemetryNamespace: "observability" })).toEqual({
    ingress: [
      { peers: [{ namespace: "edge" }], ports: [8080] },
      { peers: [{ namespace: "apps", workload: "other" }], ports: [8080] },
      { peers: [{ namespace: "observability", workload: "prometheus" }], ports: [9090] },
    ],
    egress: [
      { peers: [{ namespace: "database", workload: "postgres" }], ports: [5432] },
      { peers: [{ namespace: "storage", workload: "garage" }], ports: [3900] },
      { peers: [{ namespace: "messaging", workload: "redpanda" }], ports: [9092] },
      { peers: [{ namespace: "observability", workload: "otel-collector" }], ports: [4317] },
      { peers: [{ namespace: "apps", workload: "other" }], ports: [] },
      { peers: ["internet"], ports: [80, 443] },
    ],
  });
});

test("telemetry over HTTP is let out where a variable of the app's own says so", () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel-collector.observability.svc.cluster.local:4318" };
  expect(flowsOf({ env }, { telemetryNamespace: "observability" }).egress).toEqual([
    { peers: [{ namespace: "observability", workload: "otel-collector" }], ports: [4317, 4318] },
  ]);
});

test("calledApps", () => {
  expect(calledApps({ egress: ["internet", "app:greeter"] })).toEqual(["greeter"]);
});
