// Writes down what became of each fault, one JSON line a try: `npm run faults` makes its table of them.
import { appendFileSync } from "node:fs";
import type { Try } from "../../../tools/faults/table.ts";

const write = (entry: Try): void => {
  const file = process.env["STRATA_FAULTS"];
  if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`);
};

/** Runs one try of a fault. What it returns is told beside the outcome. */
export const attempt = async (
  fault: string,
  detail: string,
  work: () => Promise<string | undefined>,
): Promise<void> => {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  try {
    const note = await work();
    write({ fault, detail, outcome: "converged", seconds: seconds(), ...(note && { note }) });
  } catch (error) {
    const note = (error instanceof Error ? error.message : String(error)).slice(0, 2000);
    write({ fault, detail, outcome: "failed", seconds: seconds(), note });
    throw error;
  }
};

export const skipped = (fault: string, reason: string): void => {
  write({ fault, detail: "", outcome: "not tried", seconds: 0, note: reason });
};
