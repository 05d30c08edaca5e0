// Alerts on PostgreSQL as postgres_exporter sees it.
import type { RuleGroup } from "./types.ts";

const server = "namespace, pod";

export const postgres: RuleGroup = {
  name: "postgres",
  alerts: [
    {
      alert: "PostgresDown",
      expr: `max by (${server}) (pg_up) == 0`,
      for: "2m",
      severity: "critical",
      summary: "PostgreSQL {{ $labels.namespace }}/{{ $labels.pod }} does not answer",
      description: "The exporter beside it can't connect; neither can the apps.",
    },
    {
      alert: "PostgresExporterErrors",
      expr: `max by (${server}) (pg_exporter_last_scrape_error) > 0`,
      for: "10m",
      severity: "warning",
      summary: "The exporter of {{ $labels.namespace }}/{{ $labels.pod }} fails",
      description: "Queries of the exporter fail, so other alerts on this server may be blind.",
    },
    {
      alert: "PostgresConnectionsAlmostUsedUp",
      expr: `sum by (${server}) (pg_stat_activity_count) / max by (${server}) (pg_settings_max_connections) > 0.85`,
      for: "5m",
      severity: "warning",
      summary: "PostgreSQL {{ $labels.namespace }}/{{ $labels.pod }} has hardly any connections left",
      description:
        "{{ $value | humanizePercentage }} of max_connections are in use; at the end new clients are refused.",
    },
    {
      alert: "PostgresDeadlocks",
      expr: `sum by (${server}, datname) (increase(pg_stat_database_deadlocks[10m])) > 0`,
      severity: "warning",
      summary: "Deadlocks in {{ $labels.datname }}",
      description: "{{ $value | humanize }} transactions were ended because they waited for each other.",
    },
    {
      alert: "PostgresRollbacksHigh",
      expr: `
        sum by (${server}, datname) (rate(pg_stat_database_xact_rollback{datname!=""}[5m]))
        / (sum by (${server}, datname) (
            rate(pg_stat_database_xact_rollback{datname!=""}[5m]) + rate(pg_stat_database_xact_commit{datname!=""}[5m])
          ) > 1) > 0.2`,
      for: "15m",
      severity: "warning",
      summary: "Transactions of {{ $labels.datname }} fail",
      description: "{{ $value | humanizePercentage }} of them are rolled back.",
    },
    {
      alert: "PostgresLongTransaction",
      expr: `max by (${server}, datname, state) (pg_stat_activity_max_tx_duration{state!="idle"}) > 1800`,
      for: "5m",
      severity: "warning",
      summary: "A transaction in {{ $labels.datname }} does not end",
      description:
        "It has been {{ $labels.state }} for {{ $value | humanizeDuration }}; it holds locks and keeps vacuum from cleaning up.",
    },
  ],
};
