// Layer 4 of the stack file: applications.
import { z } from "zod";
import { AppMeshSchema } from "./mesh.schema.ts";
import { routeFields } from "./network.schema.ts";
import { BucketName, DnsLabel, ImageReference, Port, Quantity, SqlIdentifier, UrlPath } from "./scalars.ts";

const EnvName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

const Resources = z.strictObject({
  cpu: Quantity.default("50m").describe("CPU requested"),
  memory: Quantity.default("64Mi").describe("Memory requested"),
  memoryLimit: Quantity.default("128Mi"),
  cpuLimit: Quantity.exactOptional().describe("Default: none, because a CPU limit throttles start-up"),
});

export const AppSchema = z.strictObject({
  image: z
    .union([ImageReference, z.templateLiteral(["versions:", z.string()])])
    .describe("Image reference, or versions:<key> for an image of versions.ts"),
  command: z.array(z.string()).exactOptional(),
  args: z.array(z.string()).exactOptional(),
  port: Port.describe("Port the app listens on"),
  replicas: z.int().min(0).max(50).default(1),
  routes: z.array(z.strictObject(routeFields)).default([]),
  database: SqlIdentifier.exactOptional().describe("Database of postgres.databases; DATABASE_URL and PG* are set"),
  bucket: BucketName.exactOptional().describe("Bucket made for the app; S3_BUCKET, AWS_* are set"),
  queue: z.boolean().default(false).describe("Whether the app uses the queue; KAFKA_BROKERS is set"),
  secrets: z
    .record(EnvName, z.templateLiteral([z.string().min(1), "/", z.string().min(1)]))
    .default({})
    .describe("Variable to <item>/<key> of secrets.items"),
  env: z.record(EnvName, z.string()).default({}),
  metrics: z.strictObject({ port: Port, path: UrlPath.default("/metrics") }).exactOptional(),
  traces: z.boolean().default(true).describe("Set the OTEL_* variables that point at the collector"),
  egress: z
    .array(z.union([z.literal("internet"), z.templateLiteral(["app:", z.string()])]))
    .default([])
    .describe(
      "What the app may call besides its database, bucket and collector: internet (ports 80 and 443), or app:<name>",
    ),
  mesh: AppMeshSchema.exactOptional(),
  probes: z.strictObject({ readiness: UrlPath, liveness: UrlPath }).partial().default({}),
  autoscaling: z
    .strictObject({ min: z.int().min(1), max: z.int().min(1), cpuPercent: z.int().min(1).max(100).default(70) })
    .exactOptional(),
  resources: Resources.prefault({}),
  runAsUser: z.int().min(1).max(65534).default(65532),
  writablePaths: z.array(UrlPath).default(["/tmp"]).describe("Paths that get an empty volume; the rest is read-only"),
});

export const AppsSchema = z.record(DnsLabel, AppSchema);
