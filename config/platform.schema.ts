// Layer 3 of the stack file beside Postgres: object store, observability, queue.
import { z } from "zod";
import { secondsOf } from "../lib/duration.ts";
import { BucketName, Duration, HttpUrl, Quantity, StorageSize } from "./scalars.ts";

const buckets = z
  .array(BucketName)
  .default([])
  .describe("Buckets beside those that components and apps ask for themselves");

const GarageSchema = z
  .strictObject({
    kind: z.literal("garage"),
    capacity: StorageSize.default("4Gi").describe("Space for objects"),
    metadataStorage: StorageSize.default("512Mi"),
    buckets,
  })
  .describe("Garage, one server in the cluster");

const RustFsSchema = z
  .strictObject({
    kind: z.literal("rustfs"),
    capacity: StorageSize.default("4Gi").describe("Volume for objects"),
    buckets,
  })
  .describe("RustFS, one server in the cluster");

const S3Schema = z
  .strictObject({
    kind: z.literal("s3"),
    buckets,
    keepVersionsDays: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .describe("How long what is replaced or deleted in the bucket of backups can be had back"),
  })
  .describe("Buckets of AWS, named <cluster>-<account>-<region>-<bucket>. On EKS only");

export const ObjectStoreSchema = z.discriminatedUnion("kind", [GarageSchema, RustFsSchema, S3Schema]);

// Loki refuses to start with less: its index tables are a day long.
const LokiRetention = Duration.refine((retention) => !(secondsOf(retention) < 86_400), {
  error: 'Expected 24 hours or more, for example "24h" or "168h"',
});

export const ObservabilitySchema = z.strictObject({
  kind: z
    .enum(["native", "kube-prometheus-stack"])
    .default("native")
    .describe(
      "Who runs Prometheus, Alertmanager and Grafana: strata's own StatefulSets, or the operator of the chart kube-prometheus-stack. Rules, dashboards, addresses and passwords are the same",
    ),
  prometheus: z
    .strictObject({
      retention: Duration.default("24h"),
      storage: StorageSize.default("5Gi"),
      scrapeInterval: Duration.default("30s"),
    })
    .prefault({}),
  logs: z
    .strictObject({
      agent: z
        .enum(["otel", "alloy", "fluent-bit"])
        .default("otel")
        .describe(
          "What follows the pods' log files on every node: strata's OpenTelemetry collector, Grafana Alloy or Fluent Bit. Lines carry the same labels",
        ),
    })
    .prefault({}),
  alertmanager: z
    .strictObject({
      retention: Duration.default("120h"),
      webhook: HttpUrl.exactOptional().describe("Where alerts go. Unset: they show in Alertmanager and Grafana only"),
    })
    .prefault({}),
  grafana: z
    .strictObject({
      credentials: z
        .enum(["well-known", "random"])
        .default("random")
        .describe("well-known is admin/admin and is refused unless the cluster is local"),
      storage: StorageSize.default("1Gi"),
    })
    .prefault({}),
  loki: z
    .strictObject({
      retention: LokiRetention.default("168h"),
      storage: StorageSize.default("5Gi").describe("Write-ahead log and index; chunks are in the object store"),
    })
    .prefault({}),
  tempo: z.strictObject({ retention: Duration.default("24h"), storage: StorageSize.default("5Gi") }).prefault({}),
});

export const QueueSchema = z.strictObject({
  kind: z.literal("redpanda"),
  storage: StorageSize.default("2Gi"),
  memory: Quantity.default("2Gi"),
  console: z.boolean().default(true),
});
