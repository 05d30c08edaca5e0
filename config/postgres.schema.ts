// Postgres in the stack file: one server of our own, or a cluster by CloudNativePG's operator.
import { z } from "zod";
import { BucketName, DnsLabel, Quantity, SqlIdentifier, StorageSize } from "./scalars.ts";

const databases = z
  .record(SqlIdentifier, z.strictObject({ owner: SqlIdentifier }))
  .default({})
  .describe("Database to its owner role. Roles get a random password each; a removed database is kept, never dropped");

const server = {
  storage: StorageSize.default("2Gi"),
  sharedBuffers: z
    .string()
    .regex(/^\d+(MB|GB)$/, { error: 'Expected a PostgreSQL size, for example "64MB"' })
    .default("64MB"),
  maxConnections: z.int().min(10).max(1000).default(100),
  memory: Quantity.default("512Mi").describe("Memory limit of the server"),
  databases,
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

const Rds = z
  .strictObject({
    kind: z.literal("rds"),
    instance: z
      .string()
      .regex(/^[a-z](-?[a-z0-9]){0,19}$/, {
        error: 'Expected at most 20 letters and digits with single dashes between them, for example "postgres"',
      })
      .default("postgres")
      .describe("Its name, after the cluster's"),
    class: z
      .string()
      .regex(/^db\.[a-z][a-z0-9-]*\.(micro|small|medium|large|([2-9]|[1-9]\d)?xlarge)$/, {
        error: 'Expected a class of RDS, for example "db.t4g.medium" or "db.m7g.large"',
      })
      .default("db.t4g.medium"),
    storageGiB: z
      .int()
      .min(20, { error: "Expected 20 or more: gp3 volumes of RDS begin there" })
      .max(13107)
      .default(20)
      .describe("Encrypted gp3 volume. Grows by itself when it fills, up to five times this size"),
    multiAz: z.boolean().default(true).describe("With a standby in another zone, which takes over by itself"),
    backupDays: z
      .int()
      .min(1, { error: "Expected 1 or more: without backups nothing can be restored to a point in time" })
      .max(35)
      .default(14)
      .describe("How far back it can be restored to any second"),
    snapshot: z
      .string()
      .regex(/^(arn:aws[a-z-]*:rds:\S+|(rds:)?[A-Za-z](-?[A-Za-z0-9])*)$/, {
        error: 'Expected the name or ARN of a snapshot, for example "before-upgrade"',
      })
      .exactOptional()
      .describe("Starts the instance from this snapshot. Read at its first start only"),
    protect: z
      .boolean()
      .exactOptional()
      .describe("Whether the instance can't be deleted. Default: what cluster.protect says of data"),
    databases,
  })
  .describe("One instance of Amazon RDS, with its own backups. On EKS only");

export const PostgresSchema = z.discriminatedUnion("kind", [Native, CloudNativePg, Rds]);
