// A run in a few lines of text, for the terminal and for what fails a bench. Pure.
import { kindOf } from "../engine/events.ts";
import { describeCounts } from "../engine/report.ts";
import { duration } from "../terminal/duration.ts";
import type { RunRecord } from "./record.ts";
import { type Comparison, type Growth, minimumRuns } from "./regression.ts";

/** "Median 42.0 s now, 38.0 s in the last 10 runs: +10 %." */
export const verdict = ({ currentMs, medianMs, runs, percent }: Comparison): string =>
  `${duration(currentMs)} against ${duration(medianMs)}, the median of ${runs} runs before: ${percent < 0 ? "" : "+"}${percent.toFixed(0)} %`;

/** "StatefulSet postgres (postgres): 4.0 s → 7.0 s, +3.0 s, on the critical path". */
export function growthText({ kind, name, type, component, medianMs, currentMs, deltaMs, critical }: Growth): string {
  const what = {
    resource: `${type === undefined ? "" : `${kindOf(type)} `}${name}${component === undefined ? "" : ` (${component})`}`,
    component: `component ${name}`,
    engine: name,
    wait: `idle on the ${name}`,
  }[kind];
  return `${what}: ${duration(medianMs)} → ${duration(currentMs)}, +${duration(deltaMs)}${critical && kind === "resource" ? ", on the critical path" : ""}`;
}

/** Why a run is compared with nothing. */
export const incomparable = ({ outcome }: RunRecord): string =>
  outcome === "succeeded"
    ? `fewer than ${minimumRuns} runs alike before it`
    : `a run that ${outcome === "failed" ? "failed" : "was interrupted"} is not compared`;

const slowest = 3;

export function summaryLines(run: RunRecord, comparison: Comparison | undefined): readonly string[] {
  const { criticalPath: path } = run;
  const longest = [...path.steps]
    .sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))
    .slice(0, slowest)
    .map(({ name, startMs, endMs }) => `${name} ${duration(endMs - startMs)}`);
  const grown = comparison?.regressed ? comparison.grown.map((growth) => `    ${growthText(growth)}`) : [];
  return [
    `${run.stack}: ${run.action} ${run.outcome} in ${duration(run.durationMs)} (${run.temperature}, ${run.cluster}): ${describeCounts(run.counts)}`,
    `  critical path  ${duration(path.lengthMs)}, wall time is ${path.ratio.toFixed(2)} times that; longest: ${longest.join(", ")}`,
    comparison === undefined
      ? `  history        ${incomparable(run)}`
      : `  history        ${verdict(comparison)}${comparison.regressed ? "  REGRESSION" : ""}`,
    ...grown,
  ];
}
