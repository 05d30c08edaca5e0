// Alerts on Alertmanager. When it is wholly gone, Prometheus says so (PrometheusNotificationsFail), to whoever looks.
import type { RuleGroup } from "./types.ts";

export const alertmanager: RuleGroup = {
  name: "alertmanager",
  alerts: [
    {
      alert: "AlertmanagerConfigReloadFailed",
      expr: "min by (namespace, pod) (max_over_time(alertmanager_config_last_reload_successful[5m])) == 0",
      for: "10m",
      severity: "critical",
      summary: "Alertmanager runs with an old configuration",
      description: "The last reload of {{ $labels.pod }} failed; its log says at which line.",
    },
    {
      alert: "AlertmanagerNotificationsFail",
      expr: `
        sum by (integration) (rate(alertmanager_notifications_failed_total[15m]))
        / sum by (integration) (rate(alertmanager_notifications_total[15m])) > 0.01`,
      for: "5m",
      severity: "critical",
      summary: "Alertmanager can't notify by {{ $labels.integration }}",
      description: "{{ $value | humanizePercentage }} of the notifications fail.",
    },
    {
      alert: "AlertmanagerPeersMissing",
      expr: "max by (namespace, pod) (alertmanager_cluster_failed_peers) > 0",
      for: "15m",
      severity: "warning",
      summary: "{{ $labels.pod }} has lost {{ $value }} of its peers",
      description: "Without each other they send the same notification twice. Only where more than one replica runs.",
    },
  ],
};
