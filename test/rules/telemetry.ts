import { change, constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const pod = 'job="otel-collector", pod="otel-collector-1"';
const podLabels = { job: "otel-collector", pod: "otel-collector-1" };

const counter = (metric: string, label: string, name: string, value: string) => ({
  fires: {
    series: { [`${metric}{${pod}, ${label}="${name}"}`]: growing(60) },
    alerts: [{ labels: { ...podLabels, [label]: name }, value }],
  },
  quiet: { series: { [`${metric}{${pod}, ${label}="${name}"}`]: constant(60) } },
});

const queue = (size: number): SeriesMap => ({
  [`otelcol_exporter_queue_size{${pod}, exporter="otlp_http/loki", data_type="logs"}`]: constant(size),
  [`otelcol_exporter_queue_capacity{${pod}, exporter="otlp_http/loki", data_type="logs"}`]: constant(1000),
});

const requests = (product: string, code: string): SeriesMap => ({
  [`${product}_request_duration_seconds_count{job="${product}", route="push", status_code="200"}`]: growing(60),
  [`${product}_request_duration_seconds_count{job="${product}", route="push", status_code="${code}"}`]: growing(60),
});

const errors = (product: string) => ({
  fires: { series: requests(product, "500"), alerts: [{ labels: { job: product, route: "push" }, value: "50%" }] },
  quiet: { series: requests(product, "429") },
});

const increase = (metric: string, labels: Record<string, string>, value?: string) => {
  const series = `${metric}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${text}"`)
    .join(", ")}}`;
  return {
    fires: { series: { [series]: growing(60) }, alerts: [{ labels, ...(value !== undefined && { value }) }] },
    // It happened once, two hours ago.
    quiet: { series: { [series]: change(60, 0, 60) } },
  };
};

const retention = "loki_compactor_apply_retention_last_successful_run_timestamp_seconds";

export const telemetry: RuleCases = {
  CollectorRefusesData: counter("otelcol_receiver_refused_spans", "receiver", "otlp", "1"),
  CollectorExportFails: counter("otelcol_exporter_send_failed_log_records", "exporter", "otlp_http/loki", "1"),
  CollectorDropsData: counter("otelcol_exporter_enqueue_failed_metric_points", "exporter", "otlp_http/prometheus", "1"),
  CollectorQueueAlmostFull: {
    fires: { series: queue(900), alerts: [{ labels: { ...podLabels, exporter: "otlp_http/loki" }, value: "90%" }] },
    quiet: { series: queue(100) },
  },
  LokiRequestErrors: errors("loki"),
  LokiDiscardsLogs: increase("loki_discarded_samples_total", { job: "loki", reason: "rate_limited" }, "1"),
  LokiFlushFails: increase("loki_ingester_chunks_flush_failures_total", { job: "loki" }),
  LokiRetentionStalled: {
    // 6 seconds after the test's clock starts, and never again.
    fires: {
      series: { [`${retention}{job="loki"}`]: `6x300` },
      alerts: [{ labels: { job: "loki" }, value: "3h 59m 54s" }],
      at: "4h",
    },
    quiet: { series: { [`${retention}{job="loki"}`]: "0x300" }, at: "4h" },
  },
  TempoRequestErrors: errors("tempo"),
  TempoFlushFails: increase("tempo_ingester_failed_flushes_total", { job: "tempo" }),
  TempoDiscardsSpans: increase("tempo_discarded_spans_total", { job: "tempo", reason: "rate_limited" }, "1"),
  TempoCompactionFails: increase("tempodb_compaction_errors_total", { job: "tempo" }, "3.6k"),
  TempoGeneratorFails: increase("tempo_metrics_generator_registry_collections_failed_total", { job: "tempo" }),
};
