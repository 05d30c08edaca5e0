// Runs the steps of a bench one after the other, and keeps what each left behind. A failed step does not end it.
import colors from "picocolors";
import { conclude, runAction } from "../engine/commands.ts";
import { readState, recover, type Session } from "../engine/session.ts";
import type { RunRecord } from "../report/record.ts";
import { duration } from "../terminal/duration.ts";
import type { Screen } from "../terminal/live.ts";
import type { Floor } from "./floor.ts";
import type { Kind, Step } from "./plan.ts";

export interface Side {
  readonly name: string;
  readonly session: Session;
}

export interface Measured {
  readonly step: Step;
  /** Absent where it could not be recorded. */
  readonly record: RunRecord | undefined;
  /** Why it does not count, beside what its record says. */
  readonly problem?: string;
}

/** Milliseconds of a warm run, and of the programs of floor.ts right after it. */
export interface FloorTimes {
  readonly warm: number;
  readonly empty: number;
  readonly plugins: number;
}

export interface BenchRun {
  readonly measured: readonly Measured[];
  readonly floor: readonly FloorTimes[];
  readonly interrupted: boolean;
}

const isEmpty = (session: Session): boolean => (readState(session.backend, session.name)?.resources ?? []).length === 0;

/** What a run of this kind must have been, to be counted as one. */
const expected: Readonly<Record<Kind, RunRecord["temperature"] | undefined>> = {
  cold: "cold",
  warm: "unchanged",
  destroy: undefined,
};

export function problemOf(kind: Kind, record: RunRecord | undefined): string | undefined {
  if (record === undefined) return "no record of it";
  const wanted = expected[kind];
  if (record.outcome !== "succeeded" || wanted === undefined || record.temperature === wanted) return undefined;
  return kind === "cold" ? "the cluster was there already" : "it changed something";
}

/** Without the lines that each run would leave behind: fifty runs would leave a thousand. */
const options = { purpose: "bench", quiet: true } as const;

export async function runBench(
  steps: readonly Step[],
  sides: readonly Side[],
  screen: Screen,
  floor?: Floor,
): Promise<BenchRun> {
  const measured: Measured[] = [];
  const times: FloorTimes[] = [];
  const broken = new Set<number>();
  for (const step of steps) {
    const side = sides[step.side];
    if (side === undefined) continue;
    // Without its cluster a warm run would be a cold one.
    if (step.kind === "warm" && broken.has(step.side)) continue;
    const { session } = side;
    await recover(session, () => undefined);
    if (step.kind === "cold" && !isEmpty(session)) await runAction("destroy", session, screen, options);
    const action = step.kind === "destroy" ? "destroy" : "up";
    const outcome = await runAction(action, session, screen, options);
    const { record, result, elapsed } = outcome;
    const problem = problemOf(step.kind, record);
    // There was nothing much to destroy after an up that failed.
    const counted = step.counted && !(step.kind === "destroy" && broken.has(step.side));
    if (counted || result.code !== 0) measured.push({ step, record, ...(problem !== undefined && { problem }) });
    if (step.kind === "cold" && result.code === 0) broken.delete(step.side);
    if (step.kind === "cold" && result.code !== 0) broken.add(step.side);
    if (result.code !== 0) conclude(action, outcome, session, screen);
    const mark = result.code === 0 && problem === undefined ? colors.green("✓") : colors.red("✗");
    const of = sides.length > 1 ? `${side.name}  ` : "";
    const why = problem === undefined ? "" : `  ${problem}`;
    const counts = counted ? "" : colors.dim("  (not counted)");
    screen.print(
      `  ${mark} ${of}${step.kind.padEnd(8)}${String(step.round).padStart(2)}  ${duration(elapsed)}${why}${counts}`,
    );
    if (result.interrupted) return { measured, floor: times, interrupted: true };
    if (floor === undefined || step.kind !== "warm" || step.side !== 0 || result.code !== 0 || problem !== undefined)
      continue;
    times.push({ warm: elapsed, empty: await floor.measure("empty"), plugins: await floor.measure("plugins") });
  }
  return { measured, floor: times, interrupted: false };
}
