// Alertmanager's configuration file and command line as data.
import { ports } from "../../../../names.ts";

/** Size of its volume. Silences and notifications sent: a few megabytes at most. */
export const alertmanagerStorage = "256Mi";

/** Alerts that nobody is told of; they show in Alertmanager and Grafana. */
const silent = "none";

const inhibit = (source: string, targets: readonly string[]) => ({
  source_matchers: [`severity = ${source}`],
  target_matchers: [`severity =~ ${targets.join("|")}`],
  // The same alert at a lower severity, in the same namespace.
  equal: ["namespace", "alertname"],
});

/** @param webhook where alerts are posted. Undefined: the receiver has no target, and alerts are only shown. */
export const alertmanagerConfig = (webhook: string | undefined) => ({
  route: {
    receiver: "default",
    group_by: ["namespace", "alertname"],
    group_wait: "30s",
    group_interval: "5m",
    repeat_interval: "12h",
    // Always firing by design: it is there to be looked at, and would be a message every twelve hours.
    routes: [{ matchers: ["alertname = Watchdog"], receiver: silent }],
  },
  inhibit_rules: [inhibit("critical", ["warning", "info"]), inhibit("warning", ["info"])],
  receivers: [
    { name: "default", ...(webhook !== undefined && { webhook_configs: [{ url: webhook, send_resolved: true }] }) },
    { name: silent },
  ],
});

/** Command line. `retention` is how long silences and the record of sent notifications are kept. */
export const alertmanagerArgs = (args: { readonly retention: string; readonly externalUrl: string }): string[] => [
  "--config.file=/etc/alertmanager/alertmanager.yaml",
  "--storage.path=/alertmanager",
  `--data.retention=${args.retention}`,
  `--web.listen-address=:${ports.alertmanager}`,
  `--web.external-url=${args.externalUrl}`,
  // A single replica has no peers; without this it waits for some before its first notification.
  "--cluster.listen-address=",
];
