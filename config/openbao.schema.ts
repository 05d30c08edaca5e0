// OpenBao in the stack file: one cluster for development, by its operator. What of it is a decision of its users is here; the rest is layers/platform/openbao.
import { z } from "zod";
import { images } from "../versions.ts";
import { BucketName, DnsLabel, Duration, Hostname, Quantity, StorageSize } from "./scalars.ts";

const version = z.string().regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, {
  error: `Expected a version of OpenBao, for example "${images.openbao.tag}"`,
});

const Backup = z
  .strictObject({
    bucket: BucketName.default("openbao-backups"),
    everyMinutes: z
      .int()
      .min(5)
      .max(60)
      .refine((minutes) => 60 % minutes === 0, { error: "Expected a divisor of 60, for example 30" })
      .default(30),
    keep: Duration.default("24h").describe("Older ones are deleted. How many that is follows from everyMinutes"),
  })
  .prefault({});

const Upgrade = z
  .strictObject({
    strategy: z
      .enum(["blue-green", "rolling"])
      .default("blue-green")
      .describe("blue-green: a second cluster of the new version joins, takes over, and the old one goes"),
    to: version
      .exactOptional()
      .describe("Version that a rehearsal upgrades to; its image is put into the nodes beforehand"),
    snapshotFirst: z.boolean().default(true).describe("No upgrade begins without a backup of that moment"),
    syncFor: Duration.default("30s").describe("How long the new cluster must be in step before it takes over"),
  })
  .prefault({});

const AppArmor = z
  .discriminatedUnion("enabled", [
    z.strictObject({ enabled: z.literal(true) }),
    z.strictObject({
      enabled: z.literal(false),
      because: z
        .string()
        .min(10, { error: "Expected the limitation of the node in words, for whoever wonders why it is off" })
        .max(200),
    }),
  ])
  .prefault({ enabled: true })
  .describe("Off only where the nodes have none; the reason is kept on the cluster as a limitation of its nodes");

const Operator = z
  .strictObject({
    kind: z.literal("operator"),
    cluster: DnsLabel.default("bao").describe("Name of the cluster, and of its folder in the bucket"),
    version: version
      .default(images.openbao.tag)
      .describe("Version that a new cluster starts with. A running one is upgraded by npm run openbao -- upgrade"),
    replicas: z.int().min(1).max(7).default(3),
    storage: StorageSize.default("1Gi").describe("Volume of each replica; an upgrade by blue-green has them twice"),
    memory: Quantity.default("256Mi").describe("Memory limit of each replica"),
    host: Hostname.exactOptional().describe("Host at the gateway. Default: bao.<network.edge.domain>"),
    demoLogin: z
      .boolean()
      .default(false)
      .describe("A login with a password for the UI, random. Refused unless the cluster is local"),
    backup: Backup,
    upgrade: Upgrade,
    appArmor: AppArmor,
  })
  .describe(
    "One cluster of OpenBao for development, by its operator: TLS and unsealing by the operator, logins by tokens of Kubernetes, backups to the object store",
  );

export const OpenBaoSchema = z.discriminatedUnion("kind", [Operator]);
