// Alerts on what only CloudNativePG's instances know: backups, the archive of the write-ahead log, replication.
import type { RuleGroup } from "./types.ts";

/** A day and a half: one daily backup may be late, two may not be missing. */
const backupSeconds = 36 * 3600;

export const postgresCluster: RuleGroup = {
  name: "postgres-cluster",
  alerts: [
    {
      alert: "PostgresBackupMissing",
      expr: `time() - max by (namespace) (cnpg_collector_last_available_backup_timestamp) > ${backupSeconds}`,
      for: "1h",
      severity: "critical",
      summary: "PostgreSQL in {{ $labels.namespace }} has no backup of the last 36 hours",
      description: "What was written since the last one can be restored only as far as the archived log is whole.",
    },
    {
      alert: "PostgresLogNotArchived",
      expr: `max by (namespace, pod) (cnpg_collector_pg_wal_archive_status{value="ready"}) > 10`,
      for: "15m",
      severity: "critical",
      summary: "The log of {{ $labels.namespace }}/{{ $labels.pod }} does not reach the object store",
      description: "{{ $value }} segments of 16 MiB wait for it. They fill the volume, and a restore would lose them.",
    },
    {
      alert: "PostgresReplicaBehind",
      expr: `max by (namespace, pod) (cnpg_pg_replication_lag) > 300`,
      for: "5m",
      severity: "warning",
      summary: "PostgreSQL replica {{ $labels.namespace }}/{{ $labels.pod }} is behind",
      description:
        "By {{ $value | humanizeDuration }}; if the primary failed now, this replica could not take over without loss.",
    },
  ],
};
