// Alerts on the monitoring itself being blind: a target that does not answer, an exporter that is gone, and the proof that alerts flow.
import type { RuleGroup } from "./types.ts";

export const general: RuleGroup = {
  name: "general",
  alerts: [
    {
      alert: "Watchdog",
      expr: "vector(1)",
      severity: "none",
      summary: "Alerting works",
      description: "This alert always fires. If it is missing, Prometheus or the way to Alertmanager is broken.",
    },
    {
      alert: "TargetDown",
      expr: "count by (namespace, job) (up == 0) / count by (namespace, job) (up) > 0.1",
      for: "10m",
      severity: "warning",
      summary: "Targets of {{ $labels.job }} are down",
      description: "{{ $value | humanizePercentage }} of the {{ $labels.job }} targets can't be scraped.",
    },
    {
      alert: "KubeStateMetricsDown",
      expr: `absent(up{job="kube-state-metrics"} == 1)`,
      for: "10m",
      severity: "critical",
      summary: "kube-state-metrics is gone",
      description: "The state of pods, workloads and volumes is unknown, so most Kubernetes alerts can't fire.",
    },
    {
      alert: "NodeExporterMissing",
      expr: `max by (node) (up{job="kubelet", metrics_path="/metrics"}) unless on (node) (up{job="node-exporter"} == 1)`,
      for: "15m",
      severity: "warning",
      summary: "Node {{ $labels.node }} has no node-exporter",
      description: "Disk, memory and network of node {{ $labels.node }} are not measured.",
    },
  ],
};
