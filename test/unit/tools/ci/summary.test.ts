// A job's summary: its own runs and no older ones, and a failure where one got slower than its history.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { run } from "../../../../tools/ci/summary.ts";
import { runId } from "../../../../tools/report/build.ts";
import { historyFolder, writeRun } from "../../../../tools/report/history.ts";
import { paths } from "../../../../tools/toolchain/paths.ts";
import { sampleRun } from "../report/sample.ts";

let root: string;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-summary-"));
  said = [];
  vi.stubEnv("XDG_STATE_HOME", root);
  vi.stubEnv("GITHUB_STEP_SUMMARY", join(root, "summary.md"));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** Runs of ten seconds on the hours before noon, and one at noon whose server takes as long as said. */
const record = (serverMs: number): void => {
  for (const hour of ["08", "09", "10", "11", "12"]) {
    const startedAt = `2026-01-02T${hour}:00:00.000Z`;
    const sample = sampleRun({ startedAt, id: runId(startedAt, "up") }, hour === "12" ? serverMs : 4000);
    writeRun(historyFolder(paths(), "dev", sample.machine.fingerprint), sample);
  }
};

const summary = (): string => readFileSync(join(root, "summary.md"), "utf8");
const since = ["--since", "2026-01-02T11:30:00Z"];

test("has the runs of this job, each against its history", async () => {
  record(4100);
  expect(await run(["dev", ...since])).toBe(0);
  expect(summary().match(/^## /gm)).toHaveLength(1);
  expect(summary()).toContain("the median of 4 runs before: +1 %");
});

test("has the newest run where no time is given", async () => {
  record(4000);
  expect(await run(["dev"])).toBe(0);
  expect(summary()).toContain("2026-01-02 12:00:00 UTC");
});

test("fails where a run is slower than its history, and says what grew", async () => {
  record(9000);
  expect(await run(["dev", ...since])).toBe(1);
  expect(summary()).toMatch(/Slower than its history[\s\S]*StatefulSet postgres \(postgres\): 4\.0 s → 9\.0 s/);
});

test("does not fail within a wider threshold", async () => {
  record(9000);
  expect(await run(["dev", ...since, "--threshold", "200"])).toBe(0);
});

test("fails where nothing was recorded: a history that stays empty would never find anything", async () => {
  record(4000);
  expect(await run(["dev", "--since", "2026-01-03T00:00:00Z"])).toBe(1);
  expect(said).toEqual(["No run of dev is recorded since 2026-01-03T00:00:00.000Z"]);
  expect(existsSync(join(root, "summary.md"))).toBe(false);
});

test.each([
  [["dev", "full"], "One stack"],
  [[], "One stack"],
  [["dev", "--since", "yesterday"], '--since "yesterday"'],
])("refuses %j", async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
