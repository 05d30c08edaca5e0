// Alerts on Prometheus itself: configuration, rules, storage, and what it receives and sends.
import type { AlertRule, RuleGroup } from "./types.ts";

const job = `{job="prometheus"}`;

const failures = (metrics: readonly string[], window: string): string =>
  metrics.map((metric) => `sum by (job) (increase(${metric}${job}[${window}])) > 0`).join(" or ");

const rulesAndAlerts: AlertRule[] = [
  {
    alert: "PrometheusConfigReloadFailed",
    expr: `max by (job) (max_over_time(prometheus_config_last_reload_successful${job}[5m])) == 0`,
    for: "10m",
    severity: "critical",
    summary: "Prometheus runs with an old configuration",
    description: "The last reload failed; its log says at which line.",
  },
  {
    alert: "PrometheusRuleFailures",
    expr: `sum by (job, rule_group) (increase(prometheus_rule_evaluation_failures_total${job}[5m])) > 0`,
    for: "15m",
    severity: "critical",
    summary: "Rules of {{ $labels.rule_group }} fail",
    description: "{{ $value | humanize }} evaluations failed within five minutes; these alerts are blind.",
  },
  {
    alert: "PrometheusRulesMissed",
    expr: `sum by (job, rule_group) (increase(prometheus_rule_group_iterations_missed_total${job}[5m])) > 0`,
    for: "15m",
    severity: "warning",
    summary: "Rules of {{ $labels.rule_group }} are evaluated too late",
    description: "Evaluation takes longer than its interval: Prometheus is short of CPU, or a query is too wide.",
  },
  {
    alert: "PrometheusNoAlertmanager",
    expr: `max by (job) (prometheus_notifications_alertmanagers_discovered${job}) < 1`,
    for: "10m",
    severity: "warning",
    summary: "Prometheus knows no Alertmanager",
    description: "Alerts fire and reach nobody.",
  },
  {
    alert: "PrometheusNotificationsFail",
    expr: failures(["prometheus_notifications_errors_total", "prometheus_notifications_dropped_total"], "5m"),
    for: "10m",
    severity: "critical",
    summary: "Prometheus can't send alerts",
    description: "{{ $value | humanize }} alerts did not reach Alertmanager within five minutes.",
  },
];

const storage: AlertRule[] = [
  {
    alert: "PrometheusNotIngesting",
    expr: `sum by (job) (rate(prometheus_tsdb_head_samples_appended_total${job}[5m])) == 0`,
    for: "10m",
    severity: "critical",
    summary: "Prometheus stores nothing",
    description: "No sample was stored for ten minutes.",
  },
  {
    alert: "PrometheusStorageErrors",
    expr: failures(
      [
        "prometheus_tsdb_compactions_failed_total",
        "prometheus_tsdb_reloads_failures_total",
        "prometheus_tsdb_wal_corruptions_total",
        "prometheus_tsdb_head_truncations_failed_total",
      ],
      "1h",
    ),
    for: "15m",
    severity: "critical",
    summary: "The storage of Prometheus has errors",
    description:
      "Compacting, loading or truncating failed {{ $value | humanize }} times within an hour; often the disk is full.",
  },
  {
    alert: "PrometheusSeriesHigh",
    expr: `max by (job) (prometheus_tsdb_head_series${job}) > 500000`,
    for: "30m",
    severity: "warning",
    summary: "Prometheus holds very many series",
    description: "{{ $value | humanize }} series are in memory; something labels its metrics with unbounded values.",
  },
];

const input: AlertRule[] = [
  {
    alert: "PrometheusSamplesRejected",
    expr: failures(
      [
        "prometheus_target_scrapes_sample_duplicate_timestamp_total",
        "prometheus_target_scrapes_sample_out_of_order_total",
        "prometheus_target_scrapes_sample_out_of_bounds_total",
      ],
      "5m",
    ),
    for: "15m",
    severity: "warning",
    summary: "Prometheus rejects scraped samples",
    description:
      "{{ $value | humanize }} samples within five minutes had a bad time, mostly because two targets send the same series.",
  },
  {
    alert: "PrometheusScrapeLimitReached",
    expr: failures(
      [
        "prometheus_target_scrapes_exceeded_sample_limit_total",
        "prometheus_target_scrapes_exceeded_body_size_limit_total",
      ],
      "5m",
    ),
    for: "15m",
    severity: "warning",
    summary: "A target sends more than Prometheus takes",
    description: "Its scrapes fail wholly until it sends less; {{ $value | humanize }} failed within five minutes.",
  },
  {
    alert: "PrometheusReceiveErrors",
    // The collector sends by OTLP, Tempo by remote write.
    expr: `
      sum by (job, handler) (rate(prometheus_http_requests_total{
        job="prometheus", handler=~"/api/v1/(write|otlp/v1/metrics)", code=~"[45].."}[5m])) > 0`,
    for: "15m",
    severity: "warning",
    summary: "Prometheus refuses metrics sent to {{ $labels.handler }}",
    description: "{{ $value | humanize }} requests per second fail; metrics of apps or of traces are missing.",
  },
];

export const prometheus: RuleGroup = { name: "prometheus", alerts: [...rulesAndAlerts, ...storage, ...input] };
