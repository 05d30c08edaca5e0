import { expect, test } from "vitest";
import { outcomeOf, parseTries, rows, type Try } from "../../../../tools/faults/table.ts";

const entry = (changes: Partial<Try>): Try => ({
  fault: "kill",
  detail: "",
  outcome: "converged",
  seconds: 1,
  ...changes,
});

test("tries are summed up by fault", () => {
  const lines = [
    entry({ seconds: 3, note: "secrets kept" }),
    entry({ seconds: 1, note: "secrets kept" }),
    entry({ seconds: 2, outcome: "failed", detail: "50 %", note: "left over\nand more" }),
    entry({ fault: "disk", outcome: "not tried", note: "no right to mount" }),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
  const found = rows(parseTries(lines));
  expect(found).toEqual([
    { fault: "kill", tried: 3, converged: 2, medianSeconds: 2, notes: ["secrets kept (2x)", "50 %: left over"] },
    { fault: "disk", tried: 0, converged: 0, medianSeconds: 0, notes: ["no right to mount"] },
  ]);
  expect(found.map(outcomeOf)).toEqual(["2 of 3 FAILED", "not tried"]);
});
