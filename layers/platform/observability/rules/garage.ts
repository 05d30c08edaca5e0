// Alerts on the object store. Its metric names have no prefix of their own, so every query names the job.
import type { AlertRule, RuleGroup } from "./types.ts";

const job = `{job="garage"}`;

const diskFull = (severity: "critical" | "warning", threshold: number): AlertRule => ({
  alert: "GarageDiskAlmostFull",
  expr: `
    min by (namespace, volume) (garage_local_disk_avail${job})
    / min by (namespace, volume) (garage_local_disk_total${job} > 0) < ${threshold}`,
  for: "15m",
  severity,
  summary: "The {{ $labels.volume }} disk of Garage is almost full",
  description: "{{ $value | humanizePercentage }} of it is free; Loki and Tempo keep their data there.",
});

export const garage: RuleGroup = {
  name: "garage",
  recording: [
    {
      record: "api_endpoint:api_s3_request:rate5m",
      expr: `sum by (api_endpoint) (rate(api_s3_request_counter${job}[5m]))`,
    },
    {
      record: "api_endpoint:api_s3_request_duration:p99_rate5m",
      expr: `histogram_quantile(0.99, sum by (api_endpoint, le) (rate(api_s3_request_duration_bucket${job}[5m])))`,
    },
  ],
  alerts: [
    {
      alert: "GarageUnavailable",
      expr: `min by (namespace) (cluster_available${job}) == 0`,
      for: "1m",
      severity: "critical",
      summary: "The object store can't serve requests",
      description:
        "Too few storage nodes are connected. Logs and traces pile up in the write-ahead logs of Loki and Tempo.",
    },
    {
      alert: "GarageUnhealthy",
      expr: `min by (namespace) (cluster_healthy${job}) == 0`,
      for: "5m",
      severity: "warning",
      summary: "A storage node of Garage is missing",
      description: "Requests are still served, but without the copies that were asked for.",
    },
    diskFull("warning", 0.15),
    diskFull("critical", 0.05),
    {
      alert: "GarageResyncErrors",
      expr: `max by (namespace) (block_resync_errored_blocks${job}) > 0`,
      for: "15m",
      severity: "critical",
      summary: "Garage can't restore blocks",
      description: "{{ $value }} blocks could not be copied; if that stays so, data is lost.",
    },
    {
      alert: "GarageErrorsHigh",
      expr: `
        sum by (api_endpoint) (rate(api_s3_error_counter{job="garage", status_code=~"5.."}[5m]))
        / sum by (api_endpoint) (rate(api_s3_request_counter${job}[5m])) > 0.05`,
      for: "10m",
      severity: "warning",
      summary: "Garage fails {{ $labels.api_endpoint }} requests",
      description: "{{ $value | humanizePercentage }} of them end with a 5xx code.",
    },
  ],
};
