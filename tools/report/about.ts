// A run of the history beside what it is compared with: what every form of a report is made from.
import { dirname } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { comparable, type Entry, readRun } from "./history.ts";
import type { RunRecord } from "./record.ts";
import { type Comparison, compareRuns } from "./regression.ts";

export interface AboutRun {
  readonly run: RunRecord;
  readonly history: readonly RunRecord[];
  /** Undefined where the history is too short, or the run did not succeed. */
  readonly comparison: Comparison | undefined;
}

/** @throws UserError for a file that can't be read. */
export function aboutRun({ file }: Entry, thresholdPercent: number): AboutRun {
  const run = readRun(file);
  if (run === undefined)
    throw new UserError(`${file} is damaged, or was written by another version of strata. Delete it.`);
  const history = comparable(dirname(file), run);
  // What failed has no time to compare.
  const comparison = run.outcome === "succeeded" ? compareRuns([run], history, { thresholdPercent }) : undefined;
  return { run, history, comparison };
}
