// Rate, errors and duration of the apps, from their own traces, and alerts on the apps declared in the stack file.
import { namespaces } from "../../../../names.ts";
import type { RuleGroup } from "./types.ts";

const server = `span_kind="SPAN_KIND_SERVER"`;

export const apps: RuleGroup = {
  name: "apps",
  recording: [
    {
      record: "service:traces_spanmetrics_calls:rate5m",
      expr: `sum by (service) (rate(traces_spanmetrics_calls_total{${server}}[5m]))`,
    },
    {
      record: "service:traces_spanmetrics_errors:ratio_rate5m",
      expr: `
        (
          sum by (service) (rate(traces_spanmetrics_calls_total{${server}, status_code="STATUS_CODE_ERROR"}[5m]))
          or 0 * service:traces_spanmetrics_calls:rate5m
        ) / (service:traces_spanmetrics_calls:rate5m > 0)`,
    },
    {
      record: "service:traces_spanmetrics_latency:p99_rate5m",
      expr: `histogram_quantile(0.99, sum by (service, le) (rate(traces_spanmetrics_latency_bucket{${server}}[5m])))`,
    },
  ],
  alerts: [
    {
      alert: "AppDown",
      expr: `
        max by (namespace, deployment) (kube_deployment_status_replicas_available{namespace="${namespaces.apps}"}) == 0
        and max by (namespace, deployment) (kube_deployment_spec_replicas{namespace="${namespaces.apps}"}) > 0`,
      for: "5m",
      severity: "critical",
      summary: "App {{ $labels.deployment }} is down",
      description: "None of its replicas is available.",
    },
    {
      alert: "AppErrorsHigh",
      expr: "service:traces_spanmetrics_errors:ratio_rate5m > 0.05 and service:traces_spanmetrics_calls:rate5m > 0.1",
      for: "10m",
      severity: "warning",
      summary: "{{ $labels.service }} fails requests",
      description: "{{ $value | humanizePercentage }} of the requests it traced ended in an error.",
    },
    {
      alert: "AppSlow",
      expr: "service:traces_spanmetrics_latency:p99_rate5m > 2 and service:traces_spanmetrics_calls:rate5m > 0.1",
      for: "10m",
      severity: "warning",
      summary: "{{ $labels.service }} is slow",
      description: "The 99th percentile of the requests it traced takes {{ $value | humanizeDuration }}.",
    },
  ],
};
