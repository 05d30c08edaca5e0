import { constant, type RuleCases } from "./types.ts";

const target = (job: string, instance: string) => `up{namespace="apps", job="${job}", instance="${instance}"}`;

export const general: RuleCases = {
  Watchdog: {
    fires: { series: { unrelated: constant(1) }, alerts: [{}] },
    quiet: "fires by design",
  },
  TargetDown: {
    fires: {
      series: { [target("podinfo", "a")]: constant(0), [target("podinfo", "b")]: constant(1) },
      alerts: [{ labels: { namespace: "apps", job: "podinfo" }, value: "50%" }],
    },
    quiet: { series: { [target("podinfo", "a")]: constant(1), [target("podinfo", "b")]: constant(1) } },
  },
  KubeStateMetricsDown: {
    fires: {
      series: { 'up{job="kube-state-metrics"}': constant(0) },
      alerts: [{}],
    },
    quiet: { series: { 'up{job="kube-state-metrics"}': constant(1) } },
  },
  NodeExporterMissing: {
    fires: {
      series: {
        'up{job="kubelet", metrics_path="/metrics", node="a"}': constant(1),
        'up{job="kubelet", metrics_path="/metrics", node="b"}': constant(1),
        'up{job="node-exporter", node="a"}': constant(1),
      },
      alerts: [{ labels: { node: "b" } }],
    },
    quiet: {
      series: {
        'up{job="kubelet", metrics_path="/metrics", node="a"}': constant(1),
        'up{job="node-exporter", node="a"}': constant(1),
      },
    },
  },
};
