// The doctor's table, and the short form for the start of a run.
import Table from "cli-table3";
import colors from "picocolors";
import { type Check, totals, type Verdict } from "./checks.ts";

const paint: Readonly<Record<Verdict, (text: string) => string>> = {
  PASS: colors.green,
  WARN: colors.yellow,
  FAIL: colors.red,
  INFO: colors.dim,
};

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ",
};

export function renderTable(checks: readonly Check[], columns: number): string {
  const nameWidth = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const table = new Table({
    chars: bare,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colWidths: [6, nameWidth, Math.max(30, columns - nameWidth - 9)],
    wordWrap: true,
  });
  for (const { verdict, name, says, remedy } of checks)
    table.push([paint[verdict](verdict), name, remedy === undefined ? says : `${says}\n→ ${remedy}`]);
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n\n${totals(checks)}`;
}

/** Only what is wrong, for a run that goes on. */
export function renderProblems(checks: readonly Check[]): readonly string[] {
  return checks
    .filter(({ verdict }) => verdict === "FAIL" || verdict === "WARN")
    .map(
      ({ verdict, name, says, remedy }) =>
        `  ${paint[verdict](verdict)}  ${name}: ${says}${remedy === undefined ? "" : `\n        → ${remedy}`}`,
    );
}
