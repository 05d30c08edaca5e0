// Grafana's configuration file: what differs from the defaults, and why.
import { ports } from "../../../../names.ts";

/** Where the one ConfigMap is mounted; every file below is in it. */
export const configFolder = "/etc/strata";

export type Settings = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

export interface SettingsArgs {
  /** Base URL on the user's machine. Undefined: Grafana works it out from the request. */
  readonly rootUrl: string | undefined;
  /** Another one that it is opened at. */
  readonly alsoAt?: string;
}

export const grafanaSettings = (args: SettingsArgs): Settings => ({
  paths: {
    data: "/var/lib/grafana",
    plugins: "/var/lib/grafana/plugins",
    logs: "/tmp/grafana",
    provisioning: `${configFolder}/provisioning`,
  },
  server: {
    http_port: ports.grafana,
    ...(args.rootUrl !== undefined && { root_url: args.rootUrl }),
  },
  // A page that was opened elsewhere than at the root URL would show nothing live.
  ...(args.alsoAt !== undefined && { live: { allowed_origins: args.alsoAt } }),
  // Several requests write at once; without the write-ahead log SQLite answers "database is locked".
  database: { wal: true },
  // Nothing that leaves the cluster: each of these waits for a timeout on a machine without internet.
  analytics: {
    reporting_enabled: false,
    check_for_updates: false,
    check_for_plugin_updates: false,
    feedback_links_enabled: false,
  },
  news: { news_feed_enabled: false },
  snapshots: { external_enabled: false },
  cloud_migration: { enabled: false },
  plugins: {
    // The data sources used here are part of Grafana 12; of Grafana 13 they are plugins to be installed (docs/grafana.md).
    preinstall_disabled: true,
    public_key_retrieval_disabled: true,
    plugin_admin_enabled: false,
  },
  security: { disable_gravatar: true, cookie_samesite: "lax" },
  users: { allow_sign_up: false, allow_org_create: false },
  "auth.anonymous": { enabled: false },
  dashboards: {
    default_home_dashboard_path: `${configFolder}/dashboards/k8s-cluster-overview.json`,
    min_refresh_interval: "5s",
  },
  unified_alerting: { enabled: true },
  metrics: { enabled: true },
  log: { mode: "console", level: "info" },
  "log.console": { format: "json" },
});

/** The settings as an ini file. */
export const iniFile = (settings: Settings): string =>
  Object.entries(settings)
    .map(([section, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
      return `[${section}]\n${lines.join("\n")}\n`;
    })
    .join("\n");
