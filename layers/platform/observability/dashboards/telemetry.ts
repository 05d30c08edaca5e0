// The telemetry pipeline itself: what comes into the collectors, Loki, Tempo and Prometheus, what is lost, and what it costs.
import { dashboard } from "./dashboard.ts";
import { lines, logs, number, table } from "./panels.ts";

const signals = [
  ["spans", "spans"],
  ["metric_points", "points"],
  ["log_records", "logs"],
] as const;

/** One series for each signal, by receiver or exporter. */
const perSignal = (prefix: string, by: string) =>
  signals.map(
    ([signal, name]) =>
      [
        `sum by (job, ${by}) (rate(otelcol_${prefix}_${signal}[$__rate_interval]))`,
        `{{job}} {{${by}}} ${name}`,
      ] as const,
  );

/** The collectors name what every other Go program calls process_*. */
const either = (before: string, usual: string, collectors: string, after: string) =>
  `${before}${usual}{job=~"loki|tempo|prometheus|alertmanager|grafana"}${after} or ${before}${collectors}${after}`;

export const telemetry = dashboard({
  uid: "strata-telemetry",
  title: "Telemetry pipeline",
  description: "Collectors, Loki, Tempo and Prometheus: what comes in, what is lost, what it costs",
  tags: ["telemetry"],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Targets down",
          description: "Targets that Prometheus can't scrape",
          unit: "short",
          expr: "count(up == 0) or vector(0)",
          steps: [[1, "red"]],
        }),
        number({
          title: "Log lines",
          description: "Lines per second that Loki takes in",
          unit: "cps",
          expr: "sum(rate(loki_distributor_lines_received_total[$__rate_interval]))",
        }),
        number({
          title: "Spans",
          description: "Spans per second that Tempo takes in",
          unit: "cps",
          expr: "sum(rate(tempo_distributor_spans_received_total[$__rate_interval]))",
        }),
        number({
          title: "Samples",
          description: "Samples per second that Prometheus stores",
          unit: "cps",
          expr: "sum(rate(prometheus_tsdb_head_samples_appended_total[$__rate_interval]))",
        }),
        number({
          title: "Series",
          description: "Series in Prometheus' memory; its memory grows with them",
          unit: "short",
          expr: "sum(prometheus_tsdb_head_series)",
        }),
        number({
          title: "Firing alerts",
          description: "Alerts that fire, the watchdog left out",
          unit: "short",
          expr: `count(ALERTS{alertstate="firing", alertname!="Watchdog"}) or vector(0)`,
          steps: [[1, "orange"]],
        }),
      ],
    },
    {
      title: "Collectors",
      height: 8,
      panels: [
        lines({
          title: "Accepted",
          description: "Spans, metric points and log records per second that the collectors take in",
          unit: "cps",
          series: perSignal("receiver_accepted", "receiver"),
        }),
        lines({
          title: "Sent",
          description: "Spans, metric points and log records per second that the collectors pass on",
          unit: "cps",
          series: perSignal("exporter_sent", "exporter"),
        }),
        lines({
          title: "Refused and failed",
          description: "What the memory limiter refuses and what can't be sent; senders repeat it, until they give up",
          unit: "cps",
          series: [...perSignal("receiver_refused", "receiver"), ...perSignal("exporter_send_failed", "exporter")],
        }),
        lines({
          title: "Queues",
          description: "Share of each exporter's queue in use",
          unit: "percentunit",
          max: 1,
          series: [
            [
              "max by (job, pod, exporter) (otelcol_exporter_queue_size) / max by (job, pod, exporter) (otelcol_exporter_queue_capacity > 0)",
              "{{pod}} {{exporter}}",
            ],
          ],
        }),
      ],
    },
    {
      title: "Loki",
      height: 8,
      panels: [
        lines({
          title: "Bytes received",
          description: "Bytes of log lines per second",
          unit: "Bps",
          series: [["sum(rate(loki_distributor_bytes_received_total[$__rate_interval]))", "received"]],
        }),
        lines({
          title: "Discarded lines",
          empty: "nothing discarded",
          description: "Lines that Loki refuses, by reason: too old, too long, too many",
          unit: "cps",
          series: [["sum by (reason) (rate(loki_discarded_samples_total[$__rate_interval]))", "{{reason}}"]],
        }),
        lines({
          title: "Streams and chunks",
          description: "Streams and chunks in memory; many streams mean labels with too many values",
          unit: "short",
          series: [
            ["sum(loki_ingester_memory_streams)", "streams"],
            ["sum(loki_ingester_memory_chunks)", "chunks"],
          ],
        }),
        lines({
          title: "Request duration, 99th percentile",
          description: "Time that the slowest hundredth of Loki's requests takes at least, by route",
          unit: "s",
          series: [
            [
              `histogram_quantile(0.99, sum by (le, route) (rate(loki_request_duration_seconds_bucket{route=~"loki_api.*|otlp.*"}[$__rate_interval])))`,
              "{{route}}",
            ],
          ],
        }),
      ],
    },
    {
      title: "Tempo",
      height: 8,
      panels: [
        lines({
          title: "Bytes received",
          description: "Bytes of spans per second",
          unit: "Bps",
          series: [["sum(rate(tempo_distributor_bytes_received_total[$__rate_interval]))", "received"]],
        }),
        lines({
          title: "Discarded spans",
          empty: "nothing discarded",
          description: "Spans that Tempo refuses, by reason",
          unit: "cps",
          series: [["sum by (reason) (rate(tempo_discarded_spans_total[$__rate_interval]))", "{{reason}}"]],
        }),
        lines({
          title: "Live traces",
          description: "Traces in memory, not yet written to a block",
          unit: "short",
          series: [["sum(tempo_ingester_live_traces)", "traces"]],
        }),
        lines({
          title: "Generated series",
          description: "Series that Tempo makes of spans: service map and request metrics",
          unit: "short",
          series: [["sum(tempo_metrics_generator_registry_active_series)", "series"]],
        }),
      ],
    },
    {
      title: "Prometheus",
      height: 8,
      panels: [
        lines({
          title: "Samples by job",
          description: "Samples that each job's targets deliver with a scrape",
          unit: "short",
          mode: "stacked",
          series: [["sum by (job) (scrape_samples_scraped)", "{{job}}"]],
        }),
        lines({
          title: "Scrape duration",
          description: "Longest scrape of each job",
          unit: "s",
          series: [["max by (job) (scrape_duration_seconds)", "{{job}}"]],
        }),
        lines({
          title: "Disk",
          description: "Size of the stored blocks and of the write-ahead log",
          unit: "bytes",
          series: [
            ["sum(prometheus_tsdb_storage_blocks_bytes)", "blocks"],
            ["sum(prometheus_tsdb_wal_storage_size_bytes)", "write-ahead log"],
          ],
        }),
        table({
          title: "Targets",
          description: "Targets of each job that are up, of all there are",
          unit: "short",
          series: [
            ["sum by (job) (up)", "Up"],
            ["count by (job) (up)", "Targets"],
          ],
        }),
      ],
    },
    {
      title: "Cost",
      height: 8,
      panels: [
        lines({
          title: "CPU",
          description: "Cores that each part of the pipeline uses",
          unit: "cores",
          mode: "stacked",
          series: [
            [
              `sum by (job) (${either("rate(", "process_cpu_seconds_total", "otelcol_process_cpu_seconds", "[$__rate_interval])")})`,
              "{{job}}",
            ],
          ],
        }),
        lines({
          title: "Memory",
          description: "Resident memory of each part of the pipeline",
          unit: "bytes",
          mode: "stacked",
          series: [
            [
              `sum by (job) (${either("", "process_resident_memory_bytes", "otelcol_process_memory_rss", "")})`,
              "{{job}}",
            ],
          ],
        }),
        logs({
          title: "Warnings and errors",
          empty: "no complaints",
          description: "What the parts of the pipeline complain about",
          expr: `{service_name=~"otel-collector|loki|tempo|prometheus|alertmanager|grafana"} | detected_level=~"warn|error"`,
          width: 12,
        }),
      ],
    },
  ],
});
