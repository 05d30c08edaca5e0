import { change, constant, growing, type RuleCases } from "./types.ts";

const job = 'job="prometheus"';
const labels = { job: "prometheus" };

const gauge = (metric: string, fires: number, quiet: number, value?: string) => ({
  fires: {
    series: { [`${metric}{${job}}`]: constant(fires) },
    alerts: [{ labels, ...(value !== undefined && { value }) }],
  },
  quiet: { series: { [`${metric}{${job}}`]: constant(quiet) } },
});

const counter = (metric: string, value?: string, extra: Record<string, string> = {}) => {
  const series = `${metric}{${[job, ...Object.entries(extra).map(([key, text]) => `${key}="${text}"`)].join(", ")}}`;
  return {
    fires: {
      series: { [series]: growing(1) },
      alerts: [{ labels: { ...labels, ...extra }, ...(value !== undefined && { value }) }],
    },
    // It happened once, two hours ago.
    quiet: { series: { [series]: change(60, 0, 1) } },
  };
};

const received = (code: string) =>
  `prometheus_http_requests_total{${job}, handler="/api/v1/otlp/v1/metrics", code="${code}"}`;

export const prometheus: RuleCases = {
  PrometheusConfigReloadFailed: gauge("prometheus_config_last_reload_successful", 0, 1),
  PrometheusRuleFailures: counter("prometheus_rule_evaluation_failures_total", "5", { rule_group: "nodes" }),
  PrometheusRulesMissed: counter("prometheus_rule_group_iterations_missed_total", undefined, { rule_group: "nodes" }),
  PrometheusNoAlertmanager: gauge("prometheus_notifications_alertmanagers_discovered", 0, 1),
  PrometheusNotificationsFail: counter("prometheus_notifications_dropped_total", "5"),
  PrometheusNotIngesting: {
    fires: { series: { [`prometheus_tsdb_head_samples_appended_total{${job}}`]: constant(5) }, alerts: [{ labels }] },
    quiet: { series: { [`prometheus_tsdb_head_samples_appended_total{${job}}`]: growing(1000) } },
  },
  PrometheusStorageErrors: {
    ...counter("prometheus_tsdb_compactions_failed_total", "60"),
    quiet: { series: { [`prometheus_tsdb_compactions_failed_total{${job}}`]: constant(1) } },
  },
  PrometheusSeriesHigh: gauge("prometheus_tsdb_head_series", 800000, 90000, "800k"),
  PrometheusSamplesRejected: counter("prometheus_target_scrapes_sample_duplicate_timestamp_total", "5"),
  PrometheusScrapeLimitReached: counter("prometheus_target_scrapes_exceeded_sample_limit_total", "5"),
  PrometheusReceiveErrors: {
    fires: {
      series: { [received("400")]: growing(60) },
      alerts: [{ labels: { ...labels, handler: "/api/v1/otlp/v1/metrics" }, value: "1" }],
    },
    quiet: { series: { [received("200")]: growing(60), [received("400")]: constant(3) } },
  },
};
