// Postgres in the stack file: one server of our own, or a cluster by CloudNativePG's operator.
import { z } from "zod";
import { BucketName, DnsLabel, Quantity, SqlIdentifier, StorageSize } from "./scalars.ts";

const server = {
  storage: StorageSize.default("2Gi"),
  sharedBuffers: z
    .string()
    .regex(/^\d+(MB|GB)$/, { error: 'Expected a PostgreSQL size, for example "64MB"' })
    .default("64MB"),
  maxConnections: z.int().min(10).max(1000).default(100),
  memory: Quantity.default("512Mi").describe("Memory limit of the server"),
  databases: z
    .record(SqlIdentifier, z.strictObject({ owner: SqlIdentifier }))
    .default({})
    .describe(
      "Database to its owner role. Roles get a random password each; a removed database is kept, never dropped",
    ),
};

const Native = z
  .strictObject({ kind: z.literal("native").default("native"), ...server })
  .describe("One server, without an operator");

const ToBucket = z.strictObject({
  kind: z.literal("objectStore"),
  bucket: BucketName.default("postgres-backups"),
  hour: z.int().min(0).max(23).default(2).describe("Hour of the daily base backup, UTC; WAL is archived all the time"),
  retentionDays: z.int().min(1).max(3650).default(14),
});

const Backup = z
  .discriminatedUnion("kind", [
    ToBucket,
    z.strictObject({ kind: z.literal("none") }).describe("Data for which no backup is wanted"),
  ])
  .prefault({ kind: "objectStore" });

/** Time of a recovery as PostgreSQL reads it, always with its zone. */
const PointInTime = z.iso.datetime({ offset: true, error: 'Expected a time with its zone, "2026-03-01T12:00:00Z"' });

const CloudNativePg = z
  .strictObject({
    kind: z.literal("cloudnative-pg"),
    ...server,
    cluster: DnsLabel.default("postgres").describe("Name of the cluster, and of its folder in the bucket"),
    instances: z.int().min(1).max(9).exactOptional().describe("Default: 1 on a local cluster, else 3"),
    walStorage: StorageSize.exactOptional().describe("Volume for the write-ahead log alone. Default: none"),
    backup: Backup,
    restore: z
      .strictObject({
        from: DnsLabel.describe("Name of the cluster whose backups are read, from the same bucket"),
        until: PointInTime.exactOptional().describe("Default: everything that was archived"),
      })
      .exactOptional()
      .describe("Starts a cluster of another name from a backup. Read at its first start only"),
  })
  .describe("Replicated by CloudNativePG's operator, with backups to the object store");

export const PostgresSchema = z.discriminatedUnion("kind", [Native, CloudNativePg]);
