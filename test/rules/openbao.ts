import { change, constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const labels = { namespace: "openbao", name: "bao" };
const of = 'namespace="openbao", name="bao"';
const gauge = (metric: string, value: number): SeriesMap => ({ [`${metric}{${of}}`]: constant(value) });

/** An alert on the value of one series. */
const onValue = (metric: string, fires: number, quiet: number, value?: string) => ({
  fires: { series: gauge(metric, fires), alerts: [{ labels, ...(value !== undefined && { value }) }] },
  quiet: { series: gauge(metric, quiet) },
});

const ready = gauge("openbao_cluster_ready_replicas", 3);
const lastBackup = `openbao_backup_last_success_timestamp{${of}}`;
const errors = `openbao_reconcile_errors_total{${of}, controller="workload", reason="KubernetesAPIError"}`;
const rollbacks = `openbao_upgrade_rollback_total{${of}, strategy="BlueGreen"}`;
const operator = 'up{job="openbao-operator", namespace="openbao-operator-system"}';

export const openbao: RuleCases = {
  OpenBaoOperatorDown: {
    fires: { series: { [operator]: constant(0) }, alerts: [{}] },
    quiet: { series: { [operator]: constant(1) } },
  },
  OpenBaoDown: onValue("openbao_cluster_ready_replicas", 0, 1),
  OpenBaoDegraded: {
    ...onValue("openbao_cluster_ready_replicas", 2, 3, "2"),
    // Twice as many while an upgrade is under way, and none at all is another alert.
    quiet: {
      series: {
        [`openbao_cluster_ready_replicas{${of}}`]: constant(6),
        'openbao_cluster_ready_replicas{namespace="openbao", name="none"}': constant(0),
      },
    },
  },
  OpenBaoBackupStale: {
    // Looked at after 180 minutes: the last backup was then 100 and 50 minutes ago.
    fires: { series: { ...ready, [lastBackup]: constant(80 * 60) }, alerts: [{ labels, value: "1h 40m 0s" }] },
    quiet: { series: { ...ready, [lastBackup]: constant(130 * 60) } },
  },
  OpenBaoBackupNever: {
    fires: { series: ready, alerts: [{ labels }] },
    // The first one comes in time.
    quiet: { series: { ...ready, [lastBackup]: `_x60 ${60 * 60}x120` } },
  },
  OpenBaoBackupFails: onValue("openbao_backup_consecutive_failures", 2, 0, "2"),
  OpenBaoReconcileErrors: {
    fires: {
      series: { [errors]: growing(1) },
      alerts: [{ labels: { ...labels, controller: "workload" } }],
    },
    // One long ago, and none since.
    quiet: { series: { [errors]: change(60, 0, 1) } },
  },
  OpenBaoUpgradeStuck: {
    ...onValue("openbao_upgrade_in_progress", 1, 0),
    // Under way for half an hour.
    quiet: { series: { [`openbao_upgrade_in_progress{${of}}`]: change(150, 0, 1) } },
  },
  OpenBaoUpgradeFailed: onValue("openbao_upgrade_status", 3, 2),
  OpenBaoUpgradeRolledBack: {
    // The counter is not there before the first one, so that nothing increases.
    fires: { series: { [rollbacks]: "_x150 1x30" }, alerts: [{ labels }] },
    quiet: { series: { [rollbacks]: change(60, 1, 2) } },
  },
  OpenBaoRestoreUnresolved: onValue("openbao_restore_state", 4, 6),
  OpenBaoRestoreFailed: onValue("openbao_restore_state", 3, 2),
  OpenBaoCertificateExpires: {
    fires: {
      series: { [`openbao_tls_cert_expiry_timestamp{${of}, type="server"}`]: constant(180 * 60 + 3600) },
      alerts: [{ labels, value: "1h 0m 0s" }],
    },
    quiet: { series: { [`openbao_tls_cert_expiry_timestamp{${of}, type="server"}`]: constant(7 * 86_400) } },
  },
};
