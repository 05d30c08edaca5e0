// Garage: health, S3 requests, blocks and disk. Its metrics have no prefix of their own, so every query names the job.
import { dashboard } from "./dashboard.ts";
import { bars, lines, number } from "./panels.ts";

const job = `job="garage"`;
const rate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}{${job}}[$__rate_interval]))`;

export const garage = dashboard({
  uid: "strata-garage",
  title: "Garage",
  description: "The object store: health, S3 requests, blocks and disk",
  tags: ["storage"],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Healthy",
          description: "1 if every storage node is connected",
          unit: "short",
          expr: `min(cluster_healthy{${job}})`,
        }),
        number({
          title: "Available",
          description: "1 if every request can be served",
          unit: "short",
          expr: `min(cluster_available{${job}})`,
        }),
        number({
          title: "Disk free",
          description: "Space left for objects on the fullest node",
          unit: "bytes",
          expr: `min(garage_local_disk_avail{${job}, volume="data"})`,
        }),
        number({
          title: "Blocks to restore",
          description: "Blocks that could not be copied; if that stays above zero, data is lost",
          unit: "short",
          expr: `max(block_resync_errored_blocks{${job}})`,
          steps: [[1, "red"]],
        }),
        number({
          title: "Requests",
          description: "S3 requests per second",
          unit: "reqps",
          expr: `sum(rate(api_s3_request_counter{${job}}[$__rate_interval]))`,
        }),
      ],
    },
    {
      title: "S3",
      height: 8,
      panels: [
        lines({
          title: "Requests by operation",
          description: "S3 requests per second; Loki and Tempo list, read and write",
          unit: "reqps",
          mode: "stacked",
          series: [[rate("api_s3_request_counter", "api_endpoint"), "{{api_endpoint}}"]],
        }),
        lines({
          title: "Errors by operation",
          empty: "no errors",
          description: "S3 requests that end with an error; 404 on a read is normal for Tempo's polling",
          unit: "reqps",
          series: [[rate("api_s3_error_counter", "api_endpoint, status_code"), "{{api_endpoint}} {{status_code}}"]],
        }),
        lines({
          title: "Duration, 95th percentile",
          description: "Time that the slowest twentieth of each operation takes at least",
          unit: "s",
          series: [
            [
              `histogram_quantile(0.95, ${rate("api_s3_request_duration_bucket", "le, api_endpoint")})`,
              "{{api_endpoint}}",
            ],
          ],
        }),
      ],
    },
    {
      title: "Blocks and disk",
      height: 8,
      panels: [
        lines({
          title: "Block throughput",
          empty: "no blocks yet",
          description: "Bytes of object data read from and written to disk",
          unit: "Bps",
          series: [
            [rate("block_bytes_read", "pod"), "{{pod}} read"],
            [rate("block_bytes_written", "pod"), "{{pod}} written"],
          ],
        }),
        lines({
          title: "Resync queue",
          description: "Blocks that wait to be copied or checked; it may be above zero, but must not grow for long",
          unit: "short",
          series: [[`max by (pod) (block_resync_queue_length{${job}})`, "{{pod}}"]],
        }),
        bars({
          title: "Disk used",
          description: "Share of each volume in use",
          unit: "percentunit",
          max: 1,
          series: [
            [
              `1 - min by (pod, volume) (garage_local_disk_avail{${job}} / (garage_local_disk_total{${job}} > 0))`,
              "{{pod}} {{volume}}",
            ],
          ],
        }),
      ],
    },
    {
      title: "Metadata",
      height: 8,
      panels: [
        lines({
          title: "Table reads and writes",
          description: "Requests to the tables that hold buckets, objects and blocks",
          unit: "ops",
          series: [
            [rate("table_get_request_counter", "table_name"), "{{table_name}} get"],
            [rate("table_put_request_counter", "table_name"), "{{table_name}} put"],
          ],
        }),
        lines({
          title: "Table queues",
          description: "Work that waits in the tables: garbage collection and Merkle trees",
          unit: "short",
          series: [
            [`sum by (table_name) (table_gc_todo_queue_length{${job}})`, "{{table_name}} gc"],
            [`sum by (table_name) (table_merkle_updater_todo_queue_length{${job}})`, "{{table_name}} merkle"],
          ],
        }),
      ],
    },
  ],
});
