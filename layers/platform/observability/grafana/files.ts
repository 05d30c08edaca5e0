// The files of Grafana's ConfigMap, and where in its folder each belongs: keys can't hold a slash, paths can.
import { dashboards } from "../dashboards/index.ts";
import type { Dashboard } from "../dashboards/model.ts";
import { type DataSourcesArgs, dashboardProvider, dataSources } from "./provisioning.ts";
import { grafanaSettings, iniFile, type SettingsArgs } from "./settings.ts";

export interface ConfigFiles {
  /** Key to content. */
  readonly data: Readonly<Record<string, string>>;
  /** Key to path, for the volume. */
  readonly items: { readonly key: string; readonly path: string }[];
  /** Contents that Grafana reads at its start only. */
  readonly readAtStart: readonly string[];
}

export interface ConfigFilesArgs extends SettingsArgs, DataSourcesArgs {
  /** Default: those of every stack. */
  readonly dashboards?: readonly Dashboard[];
}

export const configFiles = (args: ConfigFilesArgs): ConfigFiles => {
  const ini = iniFile(grafanaSettings(args));
  const sources = JSON.stringify(dataSources(args), null, 2);
  const provider = JSON.stringify(dashboardProvider, null, 2);
  const files: [key: string, path: string, content: string][] = [
    ["grafana.ini", "grafana.ini", ini],
    ["datasources.yaml", "provisioning/datasources/datasources.yaml", sources],
    ["dashboards.yaml", "provisioning/dashboards/dashboards.yaml", provider],
    // Compact: all dashboards share the 1 MiB that a ConfigMap may hold.
    ...(args.dashboards ?? dashboards).map((dashboard): [string, string, string] => [
      `dashboard-${dashboard.uid}.json`,
      `dashboards/${dashboard.uid}.json`,
      JSON.stringify(dashboard),
    ]),
  ];
  return {
    data: Object.fromEntries(files.map(([key, , content]) => [key, content])),
    items: files.map(([key, path]) => ({ key, path })),
    readAtStart: [ini, sources, provider],
  };
};
