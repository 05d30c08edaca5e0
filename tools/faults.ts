// `npm run faults [part of a file's name...]`: kills, stops and breaks what a run works with, and says whether the next one converged.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { openToolchain } from "./command.ts";
import { toolsFor } from "./engine/session.ts";
import { outcomeOf, parseTries, type Row, rows } from "./faults/table.ts";
import { openScreen } from "./terminal/live.ts";
import { summarize } from "./test/summary.ts";
import { runVitest } from "./test.ts";
import { ensure } from "./toolchain/ensure.ts";
import { repository } from "./toolchain/paths.ts";

const render = (found: readonly Row[]): string => {
  const table = new Table({ head: ["fault", "tried", "converged", "median", "seen"], style: { head: [], border: [] } });
  for (const row of found)
    table.push([row.fault, row.tried, outcomeOf(row), `${row.medianSeconds} s`, row.notes.join("\n")]);
  return table.toString();
};

export async function main(args: readonly string[]): Promise<number> {
  const screen = await openScreen();
  await ensure(toolsFor("kwok"), openToolchain(screen));
  screen.close();
  const folder = join(repository, ".strata", "faults");
  mkdirSync(folder, { recursive: true });
  const tries = join(folder, "tries.jsonl");
  writeFileSync(tries, "");
  const { code, report } = await runVitest(["--project", "faults", ...args], { ...process.env, STRATA_FAULTS: tries });
  const found = rows(parseTries(readFileSync(tries, "utf8")));
  const result = join(folder, "faults.json");
  writeFileSync(result, `${JSON.stringify(found, undefined, 2)}\n`);
  process.stdout.write(`\n${render(found)}\nThe same as JSON: ${result}\n`);
  return summarize(report, code).ok ? 0 : 1;
}
