import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { configFiles } from "../../../../layers/platform/observability/grafana/files.ts";
import { Grafana } from "../../../../layers/platform/observability/grafana/grafana.ts";
import { dataSources } from "../../../../layers/platform/observability/grafana/provisioning.ts";
import { grafanaSettings, iniFile } from "../../../../layers/platform/observability/grafana/settings.ts";
import { outputValue, type Plan, recordPlan } from "../../../../tools/plan/record.ts";

const urls = {
  prometheus: "http://p:9090",
  alertmanager: "http://a:9093",
  loki: "http://l:3100",
  tempo: "http://t:3200",
};
const sources = dataSources({ urls, scrapeInterval: "30s" }).datasources;
const source = (uid: string) => {
  const found = sources.find((item) => item.uid === uid);
  if (!found) throw new Error(`There is no data source ${uid}`);
  return found.jsonData as Record<string, unknown>;
};

describe("data sources", () => {
  it("are four, each with its address", () => {
    expect(sources.map(({ uid, url }) => [uid, url])).toEqual([
      ["prometheus", "http://p:9090"],
      ["alertmanager", "http://a:9093"],
      ["loki", "http://l:3100"],
      ["tempo", "http://t:3200"],
    ]);
  });

  it("link metrics to traces by exemplars", () => {
    expect(source("prometheus")["exemplarTraceIdDestinations"]).toEqual([
      { name: "traceID", datasourceUid: "tempo" },
      { name: "trace_id", datasourceUid: "tempo" },
    ]);
  });

  it("link logs to traces and back, with dollar signs that survive Grafana's own expansion", () => {
    expect(source("loki")["derivedFields"]).toMatchObject([
      { matcherType: "label", matcherRegex: "trace_id", datasourceUid: "tempo", url: `$$\{__value.raw}` },
    ]);
    expect(source("tempo")["tracesToLogsV2"]).toMatchObject({
      datasourceUid: "loki",
      query: `{service_name=~".+"} | trace_id="$$\{__trace.traceId}"`,
    });
  });

  it("link traces to metrics and to the service map", () => {
    expect(source("tempo")).toMatchObject({
      serviceMap: { datasourceUid: "prometheus" },
      nodeGraph: { enabled: true },
    });
    const { queries } = source("tempo")["tracesToMetrics"] as { queries: { query: string }[] };
    expect(queries[0]?.query).toBe("sum(rate(traces_spanmetrics_calls_total{$$__tags}[5m]))");
  });

  it("name only each other in their links", () => {
    const linked = [...JSON.stringify(sources).matchAll(/"datasourceUid":"([^"]+)"/g)].map((match) => match[1]);
    expect(linked.length).toBeGreaterThan(4);
    for (const uid of linked) expect(sources.map((item) => item.uid)).toContain(uid);
  });
});

describe("settings", () => {
  const settings = grafanaSettings({ rootUrl: undefined });

  it("ask nobody outside the cluster for anything", () => {
    expect(settings["analytics"]).toEqual({
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    });
    expect(settings["plugins"]?.["preinstall_disabled"]).toBe(true);
  });

  it("let nobody in without a password, and hold none", () => {
    expect(settings["auth.anonymous"]).toEqual({ enabled: false });
    expect(JSON.stringify(settings)).not.toMatch(/password|secret/i);
  });

  it("become an ini file", () => {
    expect(iniFile({ a: { x: 1, y: true }, "b.c": { z: "w" } })).toBe("[a]\nx = 1\ny = true\n\n[b.c]\nz = w\n");
  });
});

describe("configFiles", () => {
  const files = configFiles({ rootUrl: "http://localhost:30300", scrapeInterval: "30s", urls });

  it("fit into one ConfigMap with room to grow", () => {
    const bytes = Object.values(files.data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeLessThan(300_000);
  });

  it("have keys that a ConfigMap accepts, each at a path of its own", () => {
    for (const key of Object.keys(files.data)) expect(key).toMatch(/^[-._a-zA-Z0-9]+$/);
    expect(files.items.map(({ key }) => key)).toEqual(Object.keys(files.data));
    expect(new Set(files.items.map(({ path }) => path)).size).toBe(files.items.length);
  });

  it("restart Grafana for its settings, and not for a dashboard", () => {
    expect(files.readAtStart).toHaveLength(3);
    expect(files.readAtStart.join("")).not.toContain('k8s-cluster-overview","title');
  });

  it("have the home dashboard where the settings say", () => {
    expect(files.data["grafana.ini"]).toContain(
      "default_home_dashboard_path = /etc/strata/dashboards/k8s-cluster-overview.json",
    );
    expect(files.items.map(({ path }) => path)).toContain("dashboards/k8s-cluster-overview.json");
  });
});

describe("Grafana", () => {
  const record = async (credentials: "well-known" | "random", nodePorts: boolean) => {
    let grafana: Grafana | undefined;
    const plan = await recordPlan({ stack: "test" }, () => {
      grafana = new Grafana("grafana", {
        images: { reference: (image) => pulumi.output(`registry/${image}:1`) },
        namespace: "observability",
        config: { credentials, storage: "1Gi" },
        nodePorts,
        scrapeInterval: "30s",
      });
      return {};
    });
    if (!grafana) throw new Error("the program did not run");
    return { plan, grafana };
  };
  let known: { plan: Plan; grafana: Grafana };
  let random: { plan: Plan; grafana: Grafana };
  beforeAll(async () => {
    known = await record("well-known", true);
    random = await record("random", false);
  });
  const service = (plan: Plan) => plan.find("grafana", "kubernetes:core/v1:Service").inputs["spec"];

  it("is on its NodePort with admin/admin where the stack says so", async () => {
    expect(known.grafana.url).toBe("http://localhost:30300");
    expect(service(known.plan)).toMatchObject({ type: "NodePort", ports: [{ port: 3000, nodePort: 30300 }] });
    expect(await outputValue(known.grafana.credentials.password)).toBe("admin");
    expect(await pulumi.isSecret(known.grafana.credentials.password)).toBe(true);
  });

  it("is inside the cluster only, with a random password, otherwise", () => {
    expect(random.grafana.url).toBe(undefined);
    expect(service(random.plan)).toMatchObject({ type: "ClusterIP", ports: [{ port: 3000 }] });
    expect(JSON.stringify(service(random.plan))).not.toContain("nodePort");
    expect(random.plan.find("grafana-password").inputs).toMatchObject({ length: 24 });
  });

  it("keeps its state on a volume", () => {
    expect(known.plan.find("grafana", "kubernetes:apps/v1:StatefulSet").inputs["spec"]).toMatchObject({
      volumeClaimTemplates: [{ spec: { resources: { requests: { storage: "1Gi" } } } }],
    });
  });
});
