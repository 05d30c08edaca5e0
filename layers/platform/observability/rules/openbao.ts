// Alerts on OpenBao, by what its operator says of the cluster. The phase is in none of them: the operator never takes an old one back.
import { openbaoJob } from "../prometheus/scrape-openbao.ts";
import type { RuleGroup } from "./types.ts";

export interface OpenBaoRulesArgs {
  readonly replicas: number;
  readonly backup: { readonly everyMinutes: number };
}

/** Labels of a cluster. */
const cluster = "namespace, name";

/** One may fail and its retry be late. */
const missedBackups = 2;

/** A counter is there only from its first event on, so the first one is no increase. */
const happened = (counter: string, window: string): string =>
  `sum by (${cluster}) (increase(${counter}[${window}])) > 0
   or sum by (${cluster}) (${counter} unless ${counter} offset ${window}) > 0`;

export const openbao = ({ replicas, backup }: OpenBaoRulesArgs): RuleGroup => {
  const late = missedBackups * backup.everyMinutes;
  return {
    name: "openbao",
    alerts: [
      {
        alert: "OpenBaoOperatorDown",
        expr: `absent(up{job="${openbaoJob}"} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "The operator of OpenBao is gone",
        description: "Nobody makes backups, and what becomes of the cluster is not measured.",
      },
      {
        alert: "OpenBaoDown",
        expr: `max by (${cluster}) (openbao_cluster_ready_replicas) == 0`,
        for: "5m",
        severity: "critical",
        summary: "OpenBao {{ $labels.name }} answers nobody",
        description: "None of its replicas is ready. A sealed one is not ready.",
      },
      {
        alert: "OpenBaoDegraded",
        // Fewer than one is the alert above. An upgrade may have more than are asked for.
        expr: `0 < max by (${cluster}) (openbao_cluster_ready_replicas) < ${replicas}`,
        for: "10m",
        severity: "warning",
        summary: "OpenBao {{ $labels.name }} lacks replicas",
        description: `{{ $value }} of ${replicas} are ready; with less than half of them no write succeeds.`,
      },
      {
        alert: "OpenBaoBackupStale",
        expr: `time() - max by (${cluster}) (openbao_backup_last_success_timestamp) > ${late * 60}`,
        for: "5m",
        severity: "critical",
        summary: "OpenBao {{ $labels.name }} has no recent backup",
        description: `The last one is {{ $value | humanizeDuration }} old, and one is due every ${backup.everyMinutes} minutes.`,
      },
      {
        alert: "OpenBaoBackupNever",
        // The time of the last backup is no series before the first one.
        expr: `
          max by (${cluster}) (openbao_cluster_ready_replicas)
          unless on (${cluster}) openbao_backup_last_success_timestamp`,
        for: `${late + 5}m`,
        severity: "critical",
        summary: "OpenBao {{ $labels.name }} never had a backup",
        description: `Not one in ${late} minutes, since the cluster or its operator started.`,
      },
      {
        alert: "OpenBaoBackupFails",
        expr: `max by (${cluster}) (openbao_backup_consecutive_failures) >= 1`,
        for: "5m",
        severity: "warning",
        summary: "Backups of OpenBao {{ $labels.name }} fail",
        description: "{{ $value }} in a row. The cluster's status has the reason.",
      },
      {
        alert: "OpenBaoReconcileErrors",
        expr: `sum by (${cluster}, controller) (rate(openbao_reconcile_errors_total[10m])) > 0`,
        for: "20m",
        severity: "warning",
        summary: "The operator can't bring OpenBao {{ $labels.name }} into shape",
        description: "Its controller {{ $labels.controller }} fails again and again.",
      },
      {
        alert: "OpenBaoUpgradeStuck",
        expr: `max by (${cluster}) (openbao_upgrade_in_progress) == 1`,
        for: "45m",
        severity: "warning",
        summary: "The upgrade of OpenBao {{ $labels.name }} does not end",
        description: "It is under way for 45 minutes, and no backup is made as long as it is.",
      },
      {
        alert: "OpenBaoUpgradeFailed",
        expr: `max by (${cluster}) (openbao_upgrade_status) == 3`,
        severity: "warning",
        summary: "The upgrade of OpenBao {{ $labels.name }} failed",
        description: "The operator gave it up. The alert stays until the next upgrade.",
      },
      {
        alert: "OpenBaoUpgradeRolledBack",
        expr: happened("openbao_upgrade_rollback_total", "1h"),
        severity: "warning",
        summary: "The upgrade of OpenBao {{ $labels.name }} was rolled back",
        description: "The old version serves again; what the new one did wrong is in the cluster's status.",
      },
      {
        alert: "OpenBaoRestoreUnresolved",
        expr: `max by (${cluster}) (openbao_restore_state) == 4`,
        severity: "critical",
        summary: "A restore of OpenBao {{ $labels.name }} ended without an answer",
        description:
          "Nobody knows whether the data is the old or the restored one. The operator holds the cluster until somebody says.",
      },
      {
        alert: "OpenBaoRestoreFailed",
        expr: `max by (${cluster}) (openbao_restore_state) == 3`,
        severity: "warning",
        summary: "A restore of OpenBao {{ $labels.name }} failed",
        description: "The data is as before. The restore's object has the reason.",
      },
      {
        alert: "OpenBaoCertificateExpires",
        expr: `min by (${cluster}) (openbao_tls_cert_expiry_timestamp) - time() < 86400`,
        for: "1h",
        severity: "critical",
        summary: "The certificate of OpenBao {{ $labels.name }} was not renewed",
        description: "It ends in {{ $value | humanizeDuration }}; then no client and no replica trusts the others.",
      },
    ],
  };
};
