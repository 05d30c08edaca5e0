// The summary of a bench, as `npm run bench` writes it. Versioned; milliseconds and bytes. Its JSON schema is docs/schemas/bench.schema.json.
import { z } from "zod";
import { machineSchema } from "../report/record.ts";
import { benchVersion } from "./version.ts";

const ms = z.number().nonnegative();
const count = z.number().int().nonnegative();

export const statsSchema = z.strictObject({
  runs: count,
  meanMs: ms,
  medianMs: ms,
  minMs: ms,
  maxMs: ms,
  /** Of a sample: divided by n - 1. */
  stddevMs: ms,
});

const named = z.strictObject({ name: z.string(), ...statsSchema.shape });

export const groupSchema = z.strictObject({
  /** cold: an up that creates the cluster; warm: an up right after it; destroy. */
  kind: z.enum(["cold", "warm", "destroy"]),
  /** IDs of the runs in the history, in their order. */
  ids: z.array(z.string()),
  failed: count,
  /** Of the runs that succeeded; absent where none did. */
  total: statsSchema.optional(),
  cpuPercent: z.number().min(0).max(100).optional(),
  memoryPeakBytes: count.optional(),
  layers: z.array(named),
  components: z.array(named),
  /** The slowest by their median. */
  resources: z.array(z.strictObject({ urn: z.string(), type: z.string(), ...named.shape })),
  regression: z
    .strictObject({
      historyRuns: count,
      historyMedianMs: ms,
      medianMs: ms,
      percent: z.number(),
      regressed: z.boolean(),
      grown: z.array(
        z.strictObject({ kind: z.string(), name: z.string(), type: z.string().optional(), deltaMs: z.number() }),
      ),
    })
    .optional(),
});

export const sideSchema = z.strictObject({
  /** What was measured: the working tree, or a commit. */
  name: z.string(),
  commit: z.strictObject({ sha: z.string(), dirty: z.boolean() }).optional(),
  groups: z.array(groupSchema),
});

/** Warm runs of the working tree beside programs that do nothing, each measured right after one of them. */
export const floorSchema = z.strictObject({
  warm: statsSchema,
  /** An empty program with the same SDKs. */
  empty: statsSchema,
  /** The same with one resource of each plugin, so that they start. */
  plugins: statsSchema,
  /** Medians of the ratios pair by pair. */
  ratios: z.strictObject({ empty: z.number().positive(), plugins: z.number().positive() }),
});

export const benchSchema = z.strictObject({
  version: z.literal(benchVersion),
  /** RFC 3339, UTC. */
  startedAt: z.string(),
  stack: z.string(),
  cluster: z.string(),
  runs: count,
  thresholdPercent: z.number().positive(),
  machine: machineSchema,
  /** One, or with --compare two. */
  sides: z.array(sideSchema).min(1).max(2),
  /** With --floor. */
  floor: floorSchema.optional(),
});

export type Stats = z.infer<typeof statsSchema>;
export type BenchGroup = z.infer<typeof groupSchema>;
export type BenchSide = z.infer<typeof sideSchema>;
export type BenchFloor = z.infer<typeof floorSchema>;
export type Bench = z.infer<typeof benchSchema>;
