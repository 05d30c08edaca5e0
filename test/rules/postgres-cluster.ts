import { constant, type RuleCases } from "./types.ts";

const labels = { namespace: "database", pod: "postgres-1" };
const instance = 'namespace="database", pod="postgres-1"';
const backup = `cnpg_collector_last_available_backup_timestamp{${instance}}`;
const waiting = `cnpg_collector_pg_wal_archive_status{${instance}, value="ready"}`;
const lag = `cnpg_pg_replication_lag{${instance}}`;

export const postgresCluster: RuleCases = {
  PostgresBackupMissing: {
    // The tests' clock starts at 0: a backup of two days before it.
    fires: { series: { [backup]: constant(-172_800) }, alerts: [{ labels: { namespace: "database" } }] },
    quiet: { series: { [backup]: constant(-3600) } },
  },
  PostgresLogNotArchived: {
    fires: { series: { [waiting]: constant(12) }, alerts: [{ labels, value: "12" }] },
    quiet: { series: { [waiting]: constant(2) } },
  },
  PostgresReplicaBehind: {
    fires: { series: { [lag]: constant(600) }, alerts: [{ labels, value: "10m 0s" }] },
    quiet: { series: { [lag]: constant(1) } },
  },
};
