// OpenBao by what its operator says of it: replicas, backups, restores, upgrades and the operator's own work.
import { openbaoJob } from "../prometheus/scrape-openbao.ts";
import { dashboard } from "./dashboard.ts";
import { lines, number } from "./panels.ts";

const cluster = "namespace, name";
const legend = "{{namespace}}/{{name}}";
const of = (metric: string, how = "max"): string => `${how} by (${cluster}) (${metric})`;
const increase = (metric: string): string => `sum by (${cluster}) (increase(${metric}[$__rate_interval]))`;
const p95 = (metric: string, by: string): string =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${metric}_bucket[$__rate_interval])))`;

export const openbao = dashboard({
  uid: "strata-openbao",
  title: "OpenBao",
  description: "OpenBao by its operator: replicas, backups, restores, upgrades",
  tags: ["secrets"],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Ready replicas",
          description: "Replicas that are unsealed and answer; an upgrade may have more than are asked for",
          unit: "short",
          expr: "min(openbao_cluster_ready_replicas)",
        }),
        number({
          title: "Age of the last backup",
          empty: "none yet",
          description: "Time since the last backup that succeeded; it is counted from the operator's start on",
          unit: "s",
          expr: "time() - min(openbao_backup_last_success_timestamp)",
        }),
        number({
          title: "Failed backups in a row",
          empty: "no backup yet",
          description: "Backups that failed since the last one that succeeded",
          unit: "short",
          expr: "max(openbao_backup_consecutive_failures)",
          steps: [[1, "red"]],
        }),
        number({
          title: "Upgrade under way",
          empty: "no upgrade yet",
          description: "1 while the operator replaces servers by those of another version",
          unit: "short",
          expr: "max(openbao_upgrade_in_progress)",
        }),
        number({
          title: "Certificate ends in",
          description: "Time until the servers' certificate ends; the operator renews it before",
          unit: "s",
          expr: "min(openbao_tls_cert_expiry_timestamp) - time()",
        }),
        number({
          title: "Operator",
          description: "1 if the operator can be scraped; without it nothing on this page is new",
          unit: "short",
          expr: `max(up{job="${openbaoJob}"})`,
        }),
      ],
    },
    {
      title: "Cluster",
      height: 8,
      panels: [
        lines({
          title: "Ready replicas by cluster",
          description: "Replicas that are ready over time",
          unit: "short",
          series: [[of("openbao_cluster_ready_replicas"), legend]],
        }),
        lines({
          title: "Restores",
          empty: "no restore yet",
          description:
            "State of the newest restore: 1 running, 2 succeeded, 3 failed, 4 nobody knows, above that what an administrator decided",
          unit: "short",
          series: [[of("openbao_restore_state"), legend]],
        }),
      ],
    },
    {
      title: "Backups",
      height: 8,
      panels: [
        lines({
          title: "Backups that succeeded and failed",
          empty: "no backup yet",
          description: "Backups that ended in the interval of a point",
          unit: "short",
          series: [
            [increase("openbao_backup_success_total"), `${legend} succeeded`],
            [increase("openbao_backup_failure_total"), `${legend} failed`],
          ],
        }),
        lines({
          title: "Size of a backup",
          empty: "no backup yet",
          description: "Size of the last backup",
          unit: "bytes",
          series: [[of("openbao_backup_last_size_bytes"), legend]],
        }),
        lines({
          title: "Duration of a backup",
          empty: "no backup yet",
          description: "How long the last backup took, its Job's start included",
          unit: "s",
          series: [[of("openbao_backup_last_duration_seconds"), legend]],
        }),
      ],
    },
    {
      title: "Upgrades",
      height: 8,
      panels: [
        lines({
          title: "State of the upgrade",
          empty: "no upgrade yet",
          description: "0 none, 1 running, 2 succeeded, 3 failed",
          unit: "short",
          series: [[of("openbao_upgrade_status"), legend]],
        }),
        lines({
          title: "Upgrades by result",
          empty: "no upgrade yet",
          description: "Upgrades that ended in the interval of a point",
          unit: "short",
          series: [
            [increase("openbao_upgrade_success_total"), `${legend} succeeded`],
            [increase("openbao_upgrade_failure_total"), `${legend} failed`],
            [increase("openbao_upgrade_rollback_total"), `${legend} rolled back`],
          ],
        }),
      ],
    },
    {
      title: "Operator",
      height: 8,
      panels: [
        lines({
          title: "Reconcile errors",
          empty: "no errors",
          description: "Errors of the operator's controllers per second, by reason",
          unit: "ops",
          series: [
            [
              "sum by (controller, reason) (rate(openbao_reconcile_errors_total[$__rate_interval]))",
              "{{controller}} {{reason}}",
            ],
          ],
        }),
        lines({
          title: "Reconcile duration, 95th percentile",
          description: "Time that the slowest twentieth of a controller's rounds takes at least",
          unit: "s",
          series: [[p95("openbao_reconcile_duration_seconds", "controller"), "{{controller}}"]],
        }),
        lines({
          title: "Requests to the API server",
          description: "Requests of the operator per second, by result; what it reads from its cache is not in it",
          unit: "reqps",
          mode: "stacked",
          series: [["sum by (result) (rate(openbao_kube_client_requests_total[$__rate_interval]))", "{{result}}"]],
        }),
      ],
    },
  ],
});
