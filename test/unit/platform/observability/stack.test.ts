import { beforeAll, describe, expect, test } from "vitest";
import { dashboardsOf } from "../../../../layers/platform/observability/dashboards/index.ts";
import { Observability } from "../../../../layers/platform/observability/index.ts";
import { prometheusConfig } from "../../../../layers/platform/observability/prometheus/config.ts";
import { openbaoJobs } from "../../../../layers/platform/observability/prometheus/scrape-openbao.ts";
import { ruleGroups } from "../../../../layers/platform/observability/rules/index.ts";
import { ruleFile } from "../../../../layers/platform/observability/rules/types.ts";
import type { ClusterHandle, ObjectStoreHandle } from "../../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../../tools/plan/record.ts";
import { keyBucket } from "../../../support/bucket.ts";
import { mockCluster } from "../../../support/cluster.ts";
import { parsedConfig } from "../../../support/network.ts";

const objectStore: ObjectStoreHandle = { bucket: keyBucket };

const record = (section: Record<string, unknown>, cluster: Partial<ClusterHandle> = {}): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const { observability: config } = parsedConfig({ objectStore: { kind: "garage" }, observability: section });
    if (!config) throw new Error("there is no observability");
    new Observability("observability", { cluster: mockCluster(cluster), config, objectStore, rules: ruleGroups });
    return {};
  });

const release = "kubernetes:helm.sh/v3:Release";
const service = "kubernetes:core/v1:Service";
const web = ["alertmanager", "grafana", "prometheus"].map((name) => `observability-${name}`);

interface Values {
  additionalPrometheusRulesMap: Record<string, unknown>;
  prometheus: { prometheusSpec: Record<string, unknown> & { additionalScrapeConfigs: object[] } };
  alertmanager: { config: object };
  grafana: Record<string, unknown> & { admin: object; extraVolumes: object[] };
}

// Whole plans: a busy machine takes seconds for each.
describe("kube-prometheus-stack", { timeout: 60_000 }, () => {
  let plan: Plan;
  let values: Values;
  beforeAll(async () => {
    plan = await record({ kind: "kube-prometheus-stack" });
    values = plan.find("observability-stack", release).inputs["values"] as Values;
  }, 60_000);

  test("gets the rules and the jobs that strata's own Prometheus has", () => {
    expect(values.additionalPrometheusRulesMap).toEqual({ strata: ruleFile(ruleGroups) });
    expect(ruleGroups.length).toBeGreaterThan(10);
    const native = prometheusConfig({
      cluster: "strata-test",
      controlPlane: "open",
      retention: "24h",
      storage: "5Gi",
      scrapeInterval: "30s",
    });
    expect(values.prometheus.prometheusSpec.additionalScrapeConfigs).toEqual(native.scrape_configs);
    expect(values.prometheus.prometheusSpec).toMatchObject({
      externalLabels: { cluster: "strata-test" },
      replicaExternalLabelNameClear: true,
      prometheusExternalLabelNameClear: true,
      retentionSize: "4096MB",
    });
  });

  test("has no jobs that the chart would take for a template", () => {
    expect(JSON.stringify(values.prometheus.prometheusSpec.additionalScrapeConfigs)).not.toContain("{{");
  });

  test("makes no pod of strata's own for them, and leaves their addresses as they are", async () => {
    const made = (of: Plan, type: string) =>
      of.resources.filter((resource) => resource.type === type && web.includes(resource.name)).map(({ name }) => name);
    expect(made(plan, "kubernetes:apps/v1:StatefulSet")).toEqual([]);
    const native = await record({});
    expect(made(native, "kubernetes:apps/v1:StatefulSet").sort()).toEqual(web);
    for (const name of web) {
      const of = (from: Plan) => from.find(name, service);
      // Equal URNs: a stack that changes its mind keeps the Service and its node port.
      expect([of(plan).urn, of(plan).inputs["spec"]]).toEqual([of(native).urn, of(native).inputs["spec"]]);
    }
  });

  test("waits for the pods that its operator makes, unless nothing runs", async () => {
    const annotations = (of: Plan) =>
      web.map((name) => (of.find(name, service).inputs["metadata"] as { annotations?: object }).annotations);
    expect(annotations(plan)).toEqual([undefined, undefined, undefined]);
    expect(web.map((name) => plan.find(name, service).customTimeouts)).toEqual([true, true, true]);
    const simulated = await record({ kind: "kube-prometheus-stack" }, { simulated: true });
    expect(annotations(simulated)).toEqual(web.map(() => ({ "pulumi.com/skipAwait": "true" })));
  });

  test("shows Grafana the ConfigMap and the Secret of strata's own, and no password", () => {
    expect(values.grafana.admin).toMatchObject({ existingSecret: "grafana-admin" });
    const [volume] = values.grafana.extraVolumes as { configMap: { name: string; items: object[] } }[];
    expect(volume?.configMap.name).toBe("grafana");
    const data = plan.find("observability-grafana-config").inputs["data"] as object;
    expect(volume?.configMap.items).toHaveLength(Object.keys(data).length);
    const { secretPaths } = plan.find("observability-stack", release);
    expect(secretPaths).toEqual([]);
    expect(JSON.stringify(values)).not.toContain("password-of-");
  });

  test.each(["native", "kube-prometheus-stack"])("scrapes and shows what only some stacks run: %s", async (kind) => {
    const recorded = await recordPlan({ stack: "test" }, () => {
      const { observability: config } = parsedConfig({ objectStore: { kind: "garage" }, observability: { kind } });
      if (!config) throw new Error("there is no observability");
      const cluster = mockCluster({});
      const dashboards = dashboardsOf({ openbao: {} });
      new Observability("observability", { cluster, config, objectStore, rules: [], jobs: openbaoJobs, dashboards });
      return {};
    });
    const scraped =
      kind === "native"
        ? JSON.stringify(recorded.find("observability-prometheus-config").inputs)
        : JSON.stringify(recorded.find("observability-stack", release).inputs);
    expect(scraped).toContain("openbao-operator-system;openbao-operator;controller");
    const { data } = recorded.find("observability-grafana-config").inputs as { data: Record<string, string> };
    expect(Object.keys(data)).toContain("dashboard-strata-openbao.json");
  });

  test("may reach the API server before its first hook runs", () => {
    const { dependencies } = plan.find("observability-stack", release);
    expect(dependencies.some((urn) => urn.includes("NetworkPolicy"))).toBe(true);
  });

  test("sends alerts where the stack file says", async () => {
    const webhook = "https://alerts.example.com/hook";
    const told = await record({ kind: "kube-prometheus-stack", alertmanager: { webhook } });
    const { alertmanager } = told.find("observability-stack", release).inputs["values"] as Values;
    expect(JSON.stringify(alertmanager.config)).toContain(webhook);
    expect(JSON.stringify(values.alertmanager.config)).not.toContain("webhook");
  });
});
