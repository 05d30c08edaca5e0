// All dashboards, and every query in them for whoever wants to run them against real servers.
import { apps } from "./apps.ts";
import { cluster } from "./cluster.ts";
import { garage } from "./garage.ts";
import type { Dashboard, DataSource } from "./model.ts";
import { nodes } from "./nodes.ts";
import { openbao } from "./openbao.ts";
import { mayBeEmpty } from "./panels.ts";
import { postgres } from "./postgres.ts";
import { sampleApp } from "./sample-app.ts";
import { telemetry } from "./telemetry.ts";
import { traefik } from "./traefik.ts";

/** Of every stack. */
export const dashboards: readonly Dashboard[] = [cluster, nodes, apps, sampleApp, postgres, garage, traefik, telemetry];

/** Those of what only some stacks run among them. */
export const dashboardsOf = (config: { readonly openbao?: object }): readonly Dashboard[] =>
  config.openbao ? [...dashboards, openbao] : dashboards;

export interface DashboardQuery {
  /** Uid of the dashboard. */
  readonly dashboard: string;
  readonly panel: string;
  readonly datasource: DataSource;
  /** PromQL, LogQL or TraceQL, with Grafana's variables filled in. */
  readonly expr: string;
  /** Whether the panel may have nothing to show on a healthy platform. */
  readonly mayBeEmpty: boolean;
}

/** What Grafana would fill in: all values of every choice, five minutes to rate over, one hour shown. */
const fillIn = (query: string, variables: readonly string[]): string =>
  [
    ["__rate_interval", "5m"],
    ["__auto", "5m"],
    ["__range", "1h"],
    ...variables.map((name) => [name, ".*"] as const),
  ].reduce((text, [name = "", value = ""]) => text.replaceAll(`$${name}`, value), query);

/** Every query of every panel. Variable queries are not in it: they are label_values, not PromQL. */
export const allQueries = (of: readonly Dashboard[] = dashboards): DashboardQuery[] =>
  of.flatMap((dashboard) => {
    const variables = dashboard.templating.list.map((variable) => variable.name);
    return dashboard.panels.flatMap((panel) =>
      panel.type === "row"
        ? []
        : panel.targets.map((target) => ({
            dashboard: dashboard.uid,
            panel: panel.title ?? "",
            datasource: target.datasource.uid,
            expr: fillIn(target.expr ?? target.query ?? "", variables),
            mayBeEmpty: mayBeEmpty(panel),
          })),
    );
  });
