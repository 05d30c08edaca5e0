// Alerts on the way of logs and traces: the collectors, Loki and Tempo.
import type { AlertRule, RuleGroup } from "./types.ts";

const signals = ["spans", "metric_points", "log_records"];

/** True for whichever signal is concerned; the names differ, so a rate over all of them at once is an error. */
const anySignal = (prefix: string, by: string): string =>
  signals.map((signal) => `sum by (${by}) (rate(otelcol_${prefix}_${signal}[5m])) > 0`).join(" or ");

const collector: AlertRule[] = [
  {
    alert: "CollectorRefusesData",
    expr: anySignal("receiver_refused", "job, pod, receiver"),
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.pod }} refuses telemetry",
    description:
      "Receiver {{ $labels.receiver }} refuses {{ $value | humanize }} items per second, mostly because of the memory limiter; senders retry.",
  },
  {
    alert: "CollectorExportFails",
    expr: anySignal("exporter_send_failed", "job, pod, exporter"),
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.pod }} can't send to {{ $labels.exporter }}",
    description: "{{ $value | humanize }} items per second are given up after all retries.",
  },
  {
    alert: "CollectorDropsData",
    expr: anySignal("exporter_enqueue_failed", "job, pod, exporter"),
    severity: "critical",
    summary: "{{ $labels.pod }} drops telemetry",
    description: "The queue of {{ $labels.exporter }} is full; {{ $value | humanize }} items per second are lost.",
  },
  {
    alert: "CollectorQueueAlmostFull",
    expr: `
      max by (job, pod, exporter) (otelcol_exporter_queue_size)
      / max by (job, pod, exporter) (otelcol_exporter_queue_capacity > 0) > 0.8`,
    for: "5m",
    severity: "warning",
    summary: "The queue of {{ $labels.pod }} is almost full",
    description:
      "{{ $value | humanizePercentage }} of the queue of {{ $labels.exporter }} is used; then data is dropped.",
  },
];

const errors = (product: "Loki" | "Tempo"): AlertRule => {
  const metric = `${product.toLowerCase()}_request_duration_seconds_count`;
  return {
    alert: `${product}RequestErrors`,
    expr: `
      sum by (job, route) (rate(${metric}{status_code=~"5.."}[5m]))
      / sum by (job, route) (rate(${metric}[5m])) > 0.1`,
    for: "15m",
    severity: "critical",
    summary: `${product} fails {{ $labels.route }}`,
    description: "{{ $value | humanizePercentage }} of these requests end with a 5xx code.",
  };
};

const loki: AlertRule[] = [
  errors("Loki"),
  {
    alert: "LokiDiscardsLogs",
    expr: "sum by (job, reason) (rate(loki_discarded_samples_total[5m])) > 0",
    for: "15m",
    severity: "warning",
    summary: "Loki discards log lines: {{ $labels.reason }}",
    description: "{{ $value | humanize }} lines per second are refused and lost.",
  },
  {
    alert: "LokiFlushFails",
    expr: "sum by (job) (increase(loki_ingester_chunks_flush_failures_total[15m])) > 0",
    for: "15m",
    severity: "warning",
    summary: "Loki can't write to the object store",
    description: "Chunks stay in memory and in the write-ahead log, which fill up.",
  },
  {
    alert: "LokiRetentionStalled",
    // 0 until the first run after a start.
    expr: "time() - max by (job) (loki_compactor_apply_retention_last_successful_run_timestamp_seconds > 0) > 10800",
    for: "15m",
    severity: "warning",
    summary: "Loki does not delete old logs",
    description: "Retention last ran {{ $value | humanizeDuration }} ago; the object store will fill up.",
  },
];

const tempo: AlertRule[] = [
  errors("Tempo"),
  {
    alert: "TempoFlushFails",
    expr: "sum by (job) (increase(tempo_ingester_failed_flushes_total[15m])) > 0",
    for: "15m",
    severity: "warning",
    summary: "Tempo can't write to the object store",
    description: "Traces stay in the write-ahead log, which fills up.",
  },
  {
    alert: "TempoDiscardsSpans",
    expr: "sum by (job, reason) (rate(tempo_discarded_spans_total[5m])) > 0",
    for: "15m",
    severity: "warning",
    summary: "Tempo discards spans: {{ $labels.reason }}",
    description: "{{ $value | humanize }} spans per second are refused and lost.",
  },
  {
    alert: "TempoCompactionFails",
    expr: "sum by (job) (increase(tempodb_compaction_errors_total[1h])) > 2",
    for: "15m",
    severity: "warning",
    summary: "Tempo can't compact its blocks",
    description: "{{ $value | humanize }} compactions failed within an hour; searches get slow and retention stops.",
  },
  {
    alert: "TempoGeneratorFails",
    expr: "sum by (job) (increase(tempo_metrics_generator_registry_collections_failed_total[15m])) > 0",
    for: "15m",
    severity: "warning",
    summary: "Tempo makes no metrics of traces",
    description: "The service map and the request metrics of the apps are missing.",
  },
];

export const telemetry: RuleGroup = { name: "telemetry", alerts: [...collector, ...loki, ...tempo] };
