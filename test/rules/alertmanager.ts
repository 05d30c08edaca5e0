import { constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const pod = 'namespace="observability", pod="alertmanager-0"';
const labels = { namespace: "observability", pod: "alertmanager-0" };

const notifications = (failed: number): SeriesMap => ({
  [`alertmanager_notifications_total{${pod}, integration="webhook"}`]: growing(10),
  [`alertmanager_notifications_failed_total{${pod}, integration="webhook", reason="other"}`]: growing(failed),
});

export const alertmanager: RuleCases = {
  AlertmanagerConfigReloadFailed: {
    fires: { series: { [`alertmanager_config_last_reload_successful{${pod}}`]: constant(0) }, alerts: [{ labels }] },
    quiet: { series: { [`alertmanager_config_last_reload_successful{${pod}}`]: constant(1) } },
  },
  AlertmanagerNotificationsFail: {
    fires: { series: notifications(5), alerts: [{ labels: { integration: "webhook" }, value: "50%" }] },
    quiet: { series: notifications(0) },
  },
  AlertmanagerPeersMissing: {
    fires: {
      series: { [`alertmanager_cluster_failed_peers{${pod}}`]: constant(1) },
      alerts: [{ labels, value: "1" }],
    },
    quiet: { series: { [`alertmanager_cluster_failed_peers{${pod}}`]: constant(0) } },
  },
};
