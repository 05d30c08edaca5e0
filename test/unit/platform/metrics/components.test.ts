import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Alertmanager } from "../../../../layers/platform/observability/alertmanager/alertmanager.ts";
import { KubeStateMetrics, watched } from "../../../../layers/platform/observability/exporters/kube-state-metrics.ts";
import { NodeExporter } from "../../../../layers/platform/observability/exporters/node-exporter.ts";
import { Prometheus, type PrometheusArgs } from "../../../../layers/platform/observability/prometheus/prometheus.ts";
import { ruleGroups } from "../../../../layers/platform/observability/rules/index.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import type { Peer } from "../../../../lib/network-policy.ts";
import { type Plan, recordPlan } from "../../../../tools/plan/record.ts";

const images: ImageSource = { reference: (image) => pulumi.output(`example.test/${image}:1`) };
const namespace = pulumi.output("observability");

const record = (build: () => unknown): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    build();
    return {};
  });

const prometheus = (exposure: "nodePort" | "cluster", retention = "24h", more: Partial<PrometheusArgs> = {}) =>
  record(
    () =>
      new Prometheus("prometheus", {
        images,
        namespace,
        config: { retention, storage: "5Gi", scrapeInterval: "30s" },
        rules: ruleGroups,
        cluster: "test",
        exposure,
        controlPlane: "open",
        ...more,
      }),
  );

const statefulSet = "kubernetes:apps/v1:StatefulSet";
const service = "kubernetes:core/v1:Service";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

describe("Prometheus", () => {
  it("opens a node port only where it is asked to", async () => {
    const open = (await prometheus("nodePort")).find("prometheus", service).inputs["spec"];
    expect(open).toMatchObject({ type: "NodePort", ports: [{ port: 9090, nodePort: 30090 }] });
    const closed = (await prometheus("cluster")).find("prometheus", service).inputs["spec"];
    expect(closed).toMatchObject({ type: "ClusterIP", ports: [{ name: "http", port: 9090, targetPort: "http" }] });
  });

  it("takes connections from its own namespace and its visitors only, where it has no node port", async () => {
    const callers = async (visitors?: readonly Peer[]) => {
      const plan = await prometheus("cluster", "24h", visitors && { visitors });
      const spec = plan.find("prometheus", policy).inputs["spec"] as {
        ingress: { from: { namespaceSelector: { matchLabels: Record<string, string> } }[] }[];
      };
      return spec.ingress[0]?.from.map((peer) => Object.values(peer.namespaceSelector.matchLabels)[0]);
    };
    expect(await callers()).toEqual(["observability"]);
    expect(await callers([{ namespace: "cloudflare", workload: "cloudflared" }])).toEqual([
      "observability",
      "cloudflare",
    ]);
  });

  it("reaches the nodes' ports of what the cluster has, and of nothing else", async () => {
    const reached = async (more: Partial<PrometheusArgs>) => {
      const spec = (await prometheus("cluster", "24h", more)).find("prometheus", policy).inputs["spec"] as {
        egress: { to?: object[]; ports: { port: number }[] }[];
      };
      return spec.egress.find(({ to }) => to === undefined)?.ports.map(({ port }) => port);
    };
    expect(await reached({ controlPlane: "closed" })).toEqual([443, 6443, 10250, 9100]);
    expect(await reached({ controlPlane: "closed", nodeMetrics: [9962] })).toEqual([443, 6443, 10250, 9100, 9962]);
    expect(await reached({})).toEqual([443, 6443, 10250, 9100, 10257, 10259, 2381, 10249]);
  });

  it("gets every rule in its one ConfigMap, small enough for the API", async () => {
    const plan = await prometheus("nodePort");
    const data = plan.find("prometheus-config").inputs["data"] as Record<string, string>;
    expect(Object.keys(data)).toEqual(["prometheus.yaml", "rules.yaml"]);
    const rules = JSON.parse(data["rules.yaml"] ?? "") as { groups: unknown[] };
    expect(rules.groups).toHaveLength(ruleGroups.length);
    expect(JSON.stringify(data).length).toBeLessThan(300_000);
  });

  it("restarts when its configuration changes", async () => {
    const checksums: (string | undefined)[] = [];
    for (const retention of ["24h", "48h"]) {
      const plan = await prometheus("cluster", retention);
      checksums.push(JSON.stringify(plan.find("prometheus", statefulSet).inputs).match(/checksum":"(\w+)/)?.[1]);
    }
    expect(new Set(checksums).size).toBe(2);
  });
});

describe("Alertmanager", () => {
  const build = (webhook?: string) =>
    record(
      () =>
        new Alertmanager("alertmanager", {
          images,
          namespace,
          config: { retention: "120h", ...(webhook !== undefined && { webhook }) },
          exposure: "nodePort",
        }),
    );

  it("may leave the cluster only where it has somebody to notify", async () => {
    const egress = async (webhook?: string) =>
      ((await build(webhook)).find("alertmanager", policy).inputs["spec"] as { egress: unknown[] }).egress.length;
    expect(await egress()).toBe(1);
    expect(await egress("https://example.com/hook")).toBe(2);
  });

  it("keeps silences over a restart", async () => {
    expect((await build()).find("alertmanager", statefulSet).inputs["spec"]).toMatchObject({
      volumeClaimTemplates: [{ metadata: { name: "data" } }],
    });
  });
});

describe("KubeStateMetrics", () => {
  it("watches what it may watch, and no Secret", async () => {
    const plan = await record(() => new KubeStateMetrics("ksm", { images, namespace }));
    const role = plan.find("ksm", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").inputs["rules"] as {
      resources: string[];
      verbs: string[];
    }[];
    const allowed = role.flatMap((rule) => rule.resources).sort();
    const flag = /--resources=([a-z,]+)/.exec(
      JSON.stringify(plan.find("ksm", "kubernetes:apps/v1:Deployment").inputs),
    )?.[1];
    expect(flag?.split(",")).toEqual(allowed);
    expect(allowed).toEqual(Object.values(watched).flat().sort());
    expect(allowed).not.toContain("secrets");
    expect(new Set(role.flatMap((rule) => rule.verbs))).toEqual(new Set(["list", "watch"]));
  });
});

describe("NodeExporter", () => {
  it("runs on every node, reads the host and writes nothing, as nobody", async () => {
    const plan = await record(() => new NodeExporter("node", { images, namespace: "node-agents" }));
    const spec = plan.find("node", "kubernetes:apps/v1:DaemonSet").inputs["spec"] as {
      template: { spec: Record<string, unknown> };
    };
    expect(spec.template.spec).toMatchObject({
      hostNetwork: true,
      tolerations: [{ operator: "Exists" }],
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65534 },
      containers: [
        {
          volumeMounts: [{ mountPath: "/host", name: "root", readOnly: true, mountPropagation: "HostToContainer" }],
          securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
        },
      ],
    });
  });
});
