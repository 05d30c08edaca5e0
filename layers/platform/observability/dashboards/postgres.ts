// PostgreSQL as postgres_exporter sees it: connections, transactions, cache, locks, sizes.
import { dashboard, variable } from "./dashboard.ts";
import { lines, number, table } from "./panels.ts";

const database = `datname=~"$database", datname!~"template.*"`;
const rate = (metric: string) => `sum by (datname) (rate(${metric}{${database}}[$__rate_interval]))`;

export const postgres = dashboard({
  uid: "strata-postgres",
  title: "PostgreSQL",
  description: "Connections, transactions, cache, locks and sizes of every database",
  tags: ["postgres"],
  variables: [variable("database", "Database", `label_values(pg_database_size_bytes{datname!~"template.*"}, datname)`)],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Up",
          description: "1 if the exporter reaches the server",
          unit: "short",
          expr: "min(pg_up)",
        }),
        number({
          title: "Uptime",
          description: "Time since the server started",
          unit: "s",
          expr: "min(time() - pg_postmaster_start_time_seconds)",
        }),
        number({
          title: "Connections used",
          description: "Share of max_connections in use",
          unit: "percentunit",
          max: 1,
          expr: "sum(pg_stat_activity_count) / max(pg_settings_max_connections)",
          steps: [
            [0.7, "orange"],
            [0.9, "red"],
          ],
        }),
        number({
          title: "Size",
          description: "All databases together",
          unit: "bytes",
          expr: `sum(pg_database_size_bytes{${database}})`,
        }),
        number({
          title: "Cache hits",
          description: "Share of blocks found in shared buffers; low on a busy server means they are too small",
          unit: "percentunit",
          max: 1,
          expr: `sum(rate(pg_stat_database_blks_hit{${database}}[$__rate_interval])) / (sum(rate(pg_stat_database_blks_hit{${database}}[$__rate_interval])) + sum(rate(pg_stat_database_blks_read{${database}}[$__rate_interval])) > 0)`,
        }),
      ],
    },
    {
      title: "Load",
      height: 8,
      panels: [
        lines({
          title: "Transactions",
          description: "Transactions that each database commits and rolls back",
          unit: "ops",
          series: [
            [rate("pg_stat_database_xact_commit"), "{{datname}} commit"],
            [rate("pg_stat_database_xact_rollback"), "{{datname}} rollback"],
          ],
        }),
        lines({
          title: "Connections by state",
          description: "Open connections; idle in transaction holds locks and stops vacuum",
          unit: "short",
          mode: "stacked",
          series: [[`sum by (state) (pg_stat_activity_count{${database}})`, "{{state}}"]],
        }),
        lines({
          title: "Longest transaction",
          description: "Age of the oldest open transaction of each database",
          unit: "s",
          series: [[`max by (datname) (pg_stat_activity_max_tx_duration{${database}})`, "{{datname}}"]],
        }),
      ],
    },
    {
      title: "Rows and blocks",
      height: 8,
      panels: [
        lines({
          title: "Rows read",
          description: "Rows that queries fetched by index and returned by scan",
          unit: "ops",
          series: [
            [rate("pg_stat_database_tup_fetched"), "{{datname}} fetched"],
            [rate("pg_stat_database_tup_returned"), "{{datname}} returned"],
          ],
        }),
        lines({
          title: "Rows written",
          description: "Rows inserted, updated and deleted",
          unit: "ops",
          series: [
            [rate("pg_stat_database_tup_inserted"), "{{datname}} inserted"],
            [rate("pg_stat_database_tup_updated"), "{{datname}} updated"],
            [rate("pg_stat_database_tup_deleted"), "{{datname}} deleted"],
          ],
        }),
        lines({
          title: "Temporary files",
          description: "Bytes that sorts and joins wrote to disk because work_mem was too small",
          unit: "Bps",
          series: [[rate("pg_stat_database_temp_bytes"), "{{datname}}"]],
        }),
      ],
    },
    {
      title: "Locks and checkpoints",
      height: 8,
      panels: [
        lines({
          title: "Locks",
          description: "Locks held, by mode; exclusive modes that stay are what others wait for",
          unit: "short",
          mode: "stacked",
          series: [[`sum by (mode) (pg_locks_count{${database}})`, "{{mode}}"]],
        }),
        lines({
          title: "Deadlocks and conflicts",
          description: "Transactions that PostgreSQL ended because they waited for each other",
          unit: "ops",
          series: [
            [rate("pg_stat_database_deadlocks"), "{{datname}} deadlocks"],
            [rate("pg_stat_database_conflicts"), "{{datname}} conflicts"],
          ],
        }),
        lines({
          title: "Write-ahead log",
          description: "Size of the write-ahead log on disk",
          unit: "bytes",
          series: [["sum by (pod) (pg_wal_size_bytes)", "{{pod}}"]],
        }),
      ],
    },
    {
      title: "Sizes",
      height: 8,
      panels: [
        table({
          title: "Databases",
          description: "Size of each database",
          unit: "bytes",
          series: [[`sum by (datname) (pg_database_size_bytes{${database}})`, "Size"]],
        }),
        lines({
          title: "Growth",
          description: "Size of each database over time",
          unit: "bytes",
          series: [[`sum by (datname) (pg_database_size_bytes{${database}})`, "{{datname}}"]],
        }),
      ],
    },
  ],
});
