// What Grafana is given at its start: data sources, linked both ways between metrics, logs and traces, and the dashboards' folder.
import type { DataSource } from "../dashboards/model.ts";
import { configFolder } from "./settings.ts";

export interface DataSourceUrls {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly loki: string;
  readonly tempo: string;
}

export interface DataSourcesArgs {
  readonly urls: DataSourceUrls;
  /** Interval between scrapes; a rate over less than four of them has gaps. */
  readonly scrapeInterval: string;
}

/** Uids of all data sources; links and dashboards name them. */
export type DataSourceUid = DataSource | "alertmanager";

/** A dollar sign is the start of an environment variable in a provisioning file; two are one. */
const escapeDollars = (text: string): string => text.replaceAll("$", "$$$$");

const spanMetrics = (name: string, query: string) => ({ name, query: escapeDollars(query) });

export const dataSources = (args: DataSourcesArgs) => {
  const common = { access: "proxy", editable: false, orgId: 1 } as const;
  return {
    apiVersion: 1,
    // A data source that is no longer here is removed from Grafana's database as well.
    prune: true,
    datasources: [
      {
        ...common,
        name: "Prometheus",
        uid: "prometheus",
        type: "prometheus",
        url: args.urls.prometheus,
        isDefault: true,
        jsonData: {
          httpMethod: "POST",
          timeInterval: args.scrapeInterval,
          prometheusType: "Prometheus",
          manageAlerts: true,
          // An exemplar is a dot on a graph that leads to its trace; Tempo and Traefik write the label differently.
          exemplarTraceIdDestinations: ["traceID", "trace_id"].map((name) => ({ name, datasourceUid: "tempo" })),
        },
      },
      {
        ...common,
        name: "Alertmanager",
        uid: "alertmanager",
        type: "alertmanager",
        url: args.urls.alertmanager,
        jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
      },
      {
        ...common,
        name: "Loki",
        uid: "loki",
        type: "loki",
        url: args.urls.loki,
        jsonData: {
          maxLines: 1000,
          timeout: 60,
          derivedFields: [
            {
              // The collectors put the id into the record's structured metadata, whatever the line looks like.
              name: "Trace",
              matcherType: "label",
              matcherRegex: "trace_id",
              url: `$\${__value.raw}`,
              datasourceUid: "tempo",
              urlDisplayLabel: "Open the trace",
            },
          ],
        },
      },
      {
        ...common,
        name: "Tempo",
        uid: "tempo",
        type: "tempo",
        url: args.urls.tempo,
        jsonData: {
          tracesToLogsV2: {
            datasourceUid: "loki",
            spanStartTimeShift: "-1h",
            spanEndTimeShift: "1h",
            customQuery: true,
            // All services: a trace crosses them, and each logs the same id.
            query: `{service_name=~".+"} | trace_id="$\${__trace.traceId}"`,
          },
          tracesToMetrics: {
            datasourceUid: "prometheus",
            spanStartTimeShift: "-30m",
            spanEndTimeShift: "30m",
            tags: [{ key: "service.name", value: "service" }],
            queries: [
              spanMetrics("Request rate", "sum(rate(traces_spanmetrics_calls_total{$__tags}[5m]))"),
              spanMetrics(
                "Error rate",
                'sum(rate(traces_spanmetrics_calls_total{$__tags, status_code="STATUS_CODE_ERROR"}[5m]))',
              ),
              spanMetrics(
                "Duration, 95th percentile",
                "histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket{$__tags}[5m])))",
              ),
            ],
          },
          serviceMap: { datasourceUid: "prometheus" },
          nodeGraph: { enabled: true },
          traceQuery: { timeShiftEnabled: true, spanStartTimeShift: "-30m", spanEndTimeShift: "30m" },
        },
      },
    ],
  };
};

export const dashboardProvider = {
  apiVersion: 1,
  providers: [
    {
      name: "strata",
      orgId: 1,
      folder: "strata",
      type: "file",
      allowUiUpdates: false,
      disableDeletion: false,
      // A changed dashboard shows without a restart, as soon as the kubelet has renewed the volume.
      updateIntervalSeconds: 15,
      options: { path: `${configFolder}/dashboards` },
    },
  ],
};
