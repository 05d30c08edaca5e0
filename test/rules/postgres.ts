import { change, constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const server = 'namespace="database", pod="postgres-0"';
const labels = { namespace: "database", pod: "postgres-0" };
const inDatabase = { ...labels, datname: "auth_db" };

const transactions = (rollbacks: number, commits: number): SeriesMap => ({
  [`pg_stat_database_xact_rollback{${server}, datname="auth_db"}`]: growing(rollbacks),
  [`pg_stat_database_xact_commit{${server}, datname="auth_db"}`]: growing(commits),
});

const activity = (state: string) => `pg_stat_activity_max_tx_duration{${server}, datname="auth_db", state="${state}"}`;

export const postgres: RuleCases = {
  PostgresDown: {
    fires: { series: { [`pg_up{${server}}`]: constant(0) }, alerts: [{ labels }] },
    quiet: { series: { [`pg_up{${server}}`]: constant(1) } },
  },
  PostgresExporterErrors: {
    fires: { series: { [`pg_exporter_last_scrape_error{${server}}`]: constant(1) }, alerts: [{ labels }] },
    quiet: { series: { [`pg_exporter_last_scrape_error{${server}}`]: constant(0) } },
  },
  PostgresConnectionsAlmostUsedUp: {
    fires: {
      series: {
        [`pg_stat_activity_count{${server}, datname="auth_db", state="active"}`]: constant(50),
        [`pg_stat_activity_count{${server}, datname="auth_db", state="idle"}`]: constant(40),
        [`pg_settings_max_connections{${server}}`]: constant(100),
      },
      alerts: [{ labels, value: "90%" }],
    },
    quiet: {
      series: {
        [`pg_stat_activity_count{${server}, datname="auth_db", state="active"}`]: constant(50),
        [`pg_settings_max_connections{${server}}`]: constant(100),
      },
    },
  },
  PostgresDeadlocks: {
    fires: {
      series: { [`pg_stat_database_deadlocks{${server}, datname="auth_db"}`]: growing(1) },
      alerts: [{ labels: inDatabase, value: "10" }],
    },
    quiet: { series: { [`pg_stat_database_deadlocks{${server}, datname="auth_db"}`]: change(60, 0, 3) } },
  },
  PostgresRollbacksHigh: {
    fires: { series: transactions(60, 60), alerts: [{ labels: inDatabase, value: "50%" }] },
    // A few rollbacks among next to no transactions say nothing.
    quiet: { series: transactions(5, 5) },
  },
  PostgresLongTransaction: {
    fires: {
      series: { [activity("idle in transaction")]: constant(3600) },
      alerts: [{ labels: { ...inDatabase, state: "idle in transaction" }, value: "1h 0m 0s" }],
    },
    quiet: { series: { [activity("idle")]: constant(3600), [activity("active")]: constant(60) } },
  },
};
