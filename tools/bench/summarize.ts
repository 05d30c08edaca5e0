// Numbers out of the records of a bench. Pure.
import type { RunRecord } from "../report/record.ts";
import type { Comparison } from "../report/regression.ts";
import { mean, median, stddev } from "../report/statistics.ts";
import type { Kind } from "./plan.ts";
import type { FloorTimes } from "./run.ts";
import type { BenchFloor, BenchGroup, Stats } from "./schema.ts";

/** Resources in the summary: the slowest. */
const shownResources = 10;

export interface GroupArgs {
  readonly kind: Kind;
  readonly records: readonly RunRecord[];
  /** Runs that left no record or were not what they should be, beside the failed ones among the records. */
  readonly lost: number;
  readonly comparison: Comparison | undefined;
}

export const statsOf = (values: readonly number[]): Stats => {
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    runs: values.length,
    meanMs: round(mean(values)),
    medianMs: round(median(values)),
    minMs: Math.min(...values),
    maxMs: Math.max(...values),
    stddevMs: round(stddev(values)),
  };
};

/** Undefined without a pair. */
export const summarizeFloor = (times: readonly FloorTimes[]): BenchFloor | undefined =>
  times.length === 0
    ? undefined
    : {
        warm: statsOf(times.map(({ warm }) => warm)),
        empty: statsOf(times.map(({ empty }) => empty)),
        plugins: statsOf(times.map(({ plugins }) => plugins)),
        ratios: {
          empty: median(times.map(({ warm, empty }) => warm / empty)),
          plugins: median(times.map(({ warm, plugins }) => warm / plugins)),
        },
      };

interface Spanned {
  readonly startMs: number;
  readonly endMs: number;
}

/** Statistics of what has the same key in several runs, in the order in which it was first met. */
function grouped<T extends Spanned>(
  runs: readonly RunRecord[],
  list: (run: RunRecord) => readonly T[],
  key: (entry: T) => string,
): (Stats & { readonly first: T })[] {
  const found = new Map<string, { first: T; values: number[] }>();
  for (const entry of runs.flatMap(list)) {
    const known = found.get(key(entry)) ?? { first: entry, values: [] };
    known.values.push(entry.endMs - entry.startMs);
    found.set(key(entry), known);
  }
  return [...found.values()].map(({ first, values }) => ({ first, ...statsOf(values) }));
}

const regressionOf = ({
  runs,
  medianMs,
  currentMs,
  percent,
  regressed,
  grown,
}: Comparison): NonNullable<BenchGroup["regression"]> => ({
  historyRuns: runs,
  historyMedianMs: medianMs,
  medianMs: currentMs,
  percent: Math.round(percent * 10) / 10,
  regressed,
  grown: grown.map(({ kind, name, type, deltaMs }) => ({ kind, name, ...(type !== undefined && { type }), deltaMs })),
});

export function summarizeGroup({ kind, records, lost, comparison }: GroupArgs): BenchGroup {
  const good = records.filter(({ outcome }) => outcome === "succeeded");
  const samples = good.flatMap(({ host }) => host.samples);
  return {
    kind,
    ids: records.map(({ id }) => id),
    failed: records.length - good.length + lost,
    ...(good.length > 0 && { total: statsOf(good.map(({ durationMs }) => durationMs)) }),
    ...(samples.length > 0 && {
      cpuPercent: Math.round(mean(samples.map(({ cpuPercent }) => cpuPercent)) * 10) / 10,
      memoryPeakBytes: Math.max(...samples.map(({ memoryUsedBytes }) => memoryUsedBytes)),
    }),
    layers: grouped(
      good,
      ({ layers }) => layers,
      ({ layer }) => layer,
    ).map(({ first, ...stats }) => ({ name: first.layer, ...stats })),
    components: grouped(
      good,
      ({ components }) => components,
      ({ name }) => name,
    ).map(({ first, ...stats }) => ({ name: first.name, ...stats })),
    resources: grouped(
      good,
      ({ resources }) => resources,
      ({ urn, op }) => `${op} ${urn}`,
    )
      .sort((a, b) => b.medianMs - a.medianMs)
      .slice(0, shownResources)
      .map(({ first: { urn, type, name }, ...stats }) => ({ urn, type, name, ...stats })),
    ...(comparison && { regression: regressionOf(comparison) }),
  };
}
