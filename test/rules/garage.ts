import { constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const job = 'job="garage", namespace="storage"';
const labels = { namespace: "storage" };

const disk = (available: number): SeriesMap => ({
  [`garage_local_disk_avail{${job}, volume="data"}`]: constant(available),
  [`garage_local_disk_total{${job}, volume="data"}`]: constant(100),
});

const gauge = (metric: string, fires: number, quiet: number, value?: string) => ({
  fires: {
    series: { [`${metric}{${job}}`]: constant(fires) },
    alerts: [{ labels, ...(value !== undefined && { value }) }],
  },
  quiet: {
    series: {
      [`${metric}{${job}}`]: constant(quiet),
      // The name has no prefix: another product may use it too.
      [`${metric}{job="other", namespace="other"}`]: constant(fires),
    },
  },
});

const requests = (code: string): SeriesMap => ({
  [`api_s3_request_counter{${job}, api_endpoint="PutObject"}`]: growing(100),
  [`api_s3_error_counter{${job}, api_endpoint="PutObject", status_code="${code}"}`]: growing(20),
});

export const garage: RuleCases = {
  GarageUnavailable: gauge("cluster_available", 0, 1),
  GarageUnhealthy: gauge("cluster_healthy", 0, 1),
  "GarageDiskAlmostFull/warning": {
    fires: { series: disk(10), alerts: [{ labels: { ...labels, volume: "data" }, value: "10%" }] },
    quiet: { series: disk(30) },
  },
  "GarageDiskAlmostFull/critical": {
    fires: {
      series: disk(2),
      alerts: [
        { labels: { ...labels, volume: "data" }, value: "2%" },
        { labels: { ...labels, volume: "data" }, value: "2%", severity: "warning" },
      ],
    },
    quiet: { series: disk(20) },
  },
  GarageResyncErrors: gauge("block_resync_errored_blocks", 4, 0, "4"),
  GarageErrorsHigh: {
    fires: { series: requests("500"), alerts: [{ labels: { api_endpoint: "PutObject" }, value: "20%" }] },
    quiet: { series: requests("404") },
  },
};
