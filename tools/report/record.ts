// One run of the engine as the history keeps it. Versioned; times are milliseconds of the run's own clock, sizes are bytes;
// nothing in it is secret. Its JSON schema is docs/schemas/run.schema.json.
import { z } from "zod";
import { recordVersion } from "./version.ts";

const ms = z.number().nonnegative();
const span = { startMs: ms, endMs: ms };
const count = z.number().int().nonnegative();
const layer = z.enum(["cluster", "network", "platform", "apps"]);

export const machineSchema = z.strictObject({
  /** Hash of what makes two machines alike in speed: os, arch, cpu, cores, memory. No name, no address. */
  fingerprint: z.string(),
  os: z.string(),
  arch: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  /** Container engine and its version, where one answers. */
  engine: z.string().optional(),
  wsl: z.boolean(),
});

export const resourceSchema = z.strictObject({
  urn: z.string(),
  name: z.string(),
  /** Pulumi type token, for example `kubernetes:apps/v1:Deployment`. */
  type: z.string(),
  layer: layer.optional(),
  /** Outermost component of strata's that it is in. */
  component: z.string().optional(),
  /** The engine's operation: create, update, same, replace, delete ... */
  op: z.string(),
  outcome: z.enum(["done", "failed", "unfinished"]),
  ...span,
  /** URNs that it had to wait for. */
  dependsOn: z.array(z.string()),
});

export const pathStepSchema = z.strictObject({
  /** Absent for what is not a resource: the engine's and the program's own start and end. */
  urn: z.string().optional(),
  name: z.string(),
  layer: layer.optional(),
  ...span,
  /** Time between the end of the step before and the start of this one: nobody's work, so it should be next to nothing. */
  idleMs: ms,
});

export const sampleSchema = z.strictObject({
  atMs: ms,
  /** Of all cores together, 0 to 100. */
  cpuPercent: z.number().min(0).max(100),
  memoryUsedBytes: count,
  diskReadBytesPerSecond: z.number().nonnegative(),
  diskWriteBytesPerSecond: z.number().nonnegative(),
});

export const runSchema = z.strictObject({
  version: z.literal(recordVersion),
  /** Start time and action: unique on a machine, and sorts by time. */
  id: z.string(),
  action: z.enum(["up", "destroy"]),
  stack: z.string(),
  /** Kind of the cluster it ran on; `kwok` is a rehearsal. */
  cluster: z.string(),
  /** What started it. */
  purpose: z.enum(["start", "bench", "ci"]),
  /** cold: it created the cluster, or the first resource in one of somebody else's; changed: the cluster was there; unchanged: nothing changed. */
  temperature: z.enum(["cold", "changed", "unchanged"]),
  outcome: z.enum(["succeeded", "failed", "interrupted"]),
  /** RFC 3339, UTC. */
  startedAt: z.string(),
  durationMs: ms,
  commit: z.strictObject({ sha: z.string(), dirty: z.boolean() }).optional(),
  machine: machineSchema,
  versions: z.strictObject({
    strata: z.string(),
    node: z.string(),
    pulumi: z.string(),
    kubernetes: z.string().optional(),
    plugins: z.enum(["official", "offline"]),
  }),
  counts: z.record(z.string(), count),
  layers: z.array(z.strictObject({ layer, ...span, changed: count })),
  components: z.array(z.strictObject({ name: z.string(), layer, ...span, changed: count, failed: count })),
  resources: z.array(resourceSchema),
  criticalPath: z.strictObject({
    /** Sum of its steps. */
    lengthMs: ms,
    /** Wall time over that length: 1.0 is ideal. */
    ratio: z.number().nonnegative(),
    steps: z.array(pathStepSchema),
  }),
  images: z.array(z.strictObject({ image: z.string(), source: z.string() })),
  failures: z.array(
    z.strictObject({
      urn: z.string(),
      messages: z.array(z.string()),
      /** What the cluster itself says of it: pod phases, last events, last log lines. */
      diagnosis: z.array(z.strictObject({ title: z.string(), lines: z.array(z.string()) })),
    }),
  ),
  host: z.strictObject({ intervalMs: ms, samples: z.array(sampleSchema) }),
  manualSteps: z.array(
    z.strictObject({
      id: z.string(),
      layer: z.string(),
      why: z.string(),
      owner: z.string(),
      /** What would make the step unnecessary. */
      remove: z.string(),
    }),
  ),
});

export type Machine = z.infer<typeof machineSchema>;
export type RunResource = z.infer<typeof resourceSchema>;
export type PathStep = z.infer<typeof pathStepSchema>;
export type ManualStep = RunRecord["manualSteps"][number];
export type Sample = z.infer<typeof sampleSchema>;
export type RunRecord = z.infer<typeof runSchema>;
