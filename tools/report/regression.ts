// Is a run slower than its history, and what made it so? Pure.
import type { RunRecord } from "./record.ts";
import { median } from "./statistics.ts";

export interface RegressionOptions {
  /** Percent above the median of the history. Default: 25. */
  readonly thresholdPercent?: number;
  /** Milliseconds that it must be slower at least. Default: 1000. */
  readonly minimumMs?: number;
}

export const defaultThreshold = 25;
const defaultMinimumMs = 1000;
/** With fewer runs a median says little. */
export const minimumRuns = 3;

export interface Growth {
  /** resource: its own duration; component: its span; wait: time in which nothing of the critical path ran. */
  readonly kind: "resource" | "component" | "engine" | "wait";
  readonly name: string;
  readonly urn?: string;
  readonly type?: string;
  readonly component?: string;
  readonly medianMs: number;
  readonly currentMs: number;
  readonly deltaMs: number;
  /** On the critical path of the current run. */
  readonly critical: boolean;
  /** A resource on the critical path that is a regression by itself, however long the whole run is. */
  readonly regressed: boolean;
}

export interface Comparison {
  /** Runs of the history that it is compared with. */
  readonly runs: number;
  readonly medianMs: number;
  readonly currentMs: number;
  readonly deltaMs: number;
  readonly percent: number;
  /** The whole run is, or one resource that it waited for. */
  readonly regressed: boolean;
  /** What grew most, largest first: resources, the engine's own steps, and waits. */
  readonly grown: readonly Growth[];
  readonly components: readonly Growth[];
}

type Grown = Omit<Growth, "medianMs" | "currentMs" | "deltaMs" | "regressed">;

type Sizes = ReadonlyMap<string, { readonly ms: number; readonly growth: Grown }>;

function resourceSizes({ resources, criticalPath }: RunRecord): Sizes {
  const critical = new Set(criticalPath.steps.map(({ urn, startMs }) => `${urn} ${startMs}`));
  const sizes = new Map<string, { ms: number; growth: Grown }>();
  for (const { urn, op, name, type, component, startMs, endMs } of resources)
    sizes.set(`${op.startsWith("delete") ? "delete" : "make"} ${urn}`, {
      ms: endMs - startMs,
      growth: {
        kind: "resource",
        name,
        urn,
        type,
        ...(component !== undefined && { component }),
        critical: critical.has(`${urn} ${startMs}`),
      },
    });
  for (const { urn, name, startMs, endMs } of criticalPath.steps) {
    if (urn === undefined)
      sizes.set(`engine ${name}`, { ms: endMs - startMs, growth: { kind: "engine", name, critical: true } });
  }
  // Of the whole path: single waits move from step to step between runs.
  const idleMs = criticalPath.steps.reduce((sum, step) => sum + step.idleMs, 0);
  sizes.set("wait", { ms: idleMs, growth: { kind: "wait", name: "critical path", critical: true } });
  return sizes;
}

const componentSizes = ({ components }: RunRecord): Sizes =>
  new Map(
    components.map(({ name, startMs, endMs }) => [
      name,
      { ms: endMs - startMs, growth: { kind: "component", name, critical: false } },
    ]),
  );

/** Slower than `medianMs` by more than both limits. */
const isSlower = (deltaMs: number, medianMs: number, { thresholdPercent, minimumMs }: Required<RegressionOptions>) =>
  deltaMs > minimumMs && deltaMs > (medianMs * thresholdPercent) / 100;

/** Growth of the medians of `current` over those of `history`. */
function growths(current: readonly Sizes[], history: readonly Sizes[], options: Required<RegressionOptions>): Growth[] {
  const keys = new Set(current.flatMap((sizes) => [...sizes.keys()]));
  return [...keys]
    .flatMap((key): Growth[] => {
      const now = current.flatMap((sizes) => sizes.get(key) ?? []);
      const before = history.flatMap((sizes) => sizes.get(key)?.ms ?? []);
      const [first] = now;
      // What no earlier run had is named where the run waited for it.
      if (first === undefined || (before.length === 0 && !now.some(({ growth }) => growth.critical))) return [];
      const currentMs = median(now.map(({ ms }) => ms));
      const medianMs = before.length === 0 ? 0 : median(before);
      const critical = now.some(({ growth }) => growth.critical);
      const deltaMs = currentMs - medianMs;
      // Slower than it ever was: among ten runs one is far above the median by chance.
      const regressed =
        first.growth.kind === "resource" &&
        critical &&
        isSlower(deltaMs, medianMs, options) &&
        currentMs > Math.max(0, ...before);
      return [{ ...first.growth, critical, medianMs, currentMs, deltaMs, regressed }];
    })
    .filter(({ deltaMs }) => deltaMs > 0)
    .sort((a, b) => b.deltaMs - a.deltaMs);
}

const shown = 5;
/** Smaller growth is the engine's polling and the scheduler's mood. */
const noiseMs = 100;

/** `current` is one run, or those of one bench; `history` are succeeded runs alike. Undefined where the history is too short. */
export function compareRuns(
  current: readonly RunRecord[],
  history: readonly RunRecord[],
  { thresholdPercent = defaultThreshold, minimumMs = defaultMinimumMs }: RegressionOptions = {},
): Comparison | undefined {
  if (history.length < minimumRuns || current.length === 0) return undefined;
  const medianMs = median(history.map(({ durationMs }) => durationMs));
  const currentMs = median(current.map(({ durationMs }) => durationMs));
  const deltaMs = currentMs - medianMs;
  const options = { thresholdPercent, minimumMs };
  const grown = growths(current.map(resourceSizes), history.map(resourceSizes), options);
  const worth = (list: Growth[]): Growth[] => list.filter((growth) => growth.deltaMs >= noiseMs).slice(0, shown);
  return {
    runs: history.length,
    medianMs,
    currentMs,
    deltaMs,
    percent: (deltaMs / medianMs) * 100,
    regressed: isSlower(deltaMs, medianMs, options) || (deltaMs > 0 && grown.some(({ regressed }) => regressed)),
    grown: worth(grown),
    components: worth(growths(current.map(componentSizes), history.map(componentSizes), options)),
  };
}
