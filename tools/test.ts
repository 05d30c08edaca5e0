// `npm test`: sets up what the suites need, runs them all, and ends with "N passed, N failed".

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openToolchain } from "./command.ts";
import { toolsFor } from "./engine/session.ts";
import { openScreen } from "./terminal/live.ts";
import { closingLine, type SuiteReport, summarize } from "./test/summary.ts";
import { checkers } from "./toolchain/checkers.ts";
import { ensure } from "./toolchain/ensure.ts";
import { repository } from "./toolchain/paths.ts";

/** Runs vitest on this terminal, and returns its report beside its exit code. */
export function runVitest(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly code: number; readonly report: SuiteReport | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), "strata-test-"));
  const file = join(folder, "report.json");
  const program = join(repository, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(
    process.execPath,
    [program, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args],
    // What the tests leave in the folder of temporary files goes with it.
    { cwd: repository, stdio: "inherit", env: { ...env, TMPDIR: folder } },
  );
  return new Promise((resolve) => {
    child.on("error", () => resolve({ code: 127, report: undefined }));
    child.on("close", (code) => {
      let report: SuiteReport | undefined;
      try {
        report = JSON.parse(readFileSync(file, "utf8")) as SuiteReport;
      } catch {
        // vitest ended before it wrote one.
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      resolve({ code: code ?? 1, report });
    });
  });
}

export async function main(args: readonly string[]): Promise<number> {
  const screen = await openScreen();
  const needed = toolsFor("kwok");
  // kind is for machines with a container engine, which no test needs.
  await ensure([...needed, ...checkers([...needed, "kind"])], openToolchain(screen));
  screen.close();
  const { code, report } = await runVitest(args);
  const summary = summarize(report, code);
  process.stdout.write(`\n${closingLine(summary)}\n`);
  return summary.ok ? 0 : 1;
}
