import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ruleFile } from "../../layers/platform/observability/rules/types.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { ruleCases, everyRuleGroup as ruleGroups } from "../rules/index.ts";
import { recordingCases } from "../rules/recording.ts";
import { recordingTestFile, ruleTestFile } from "../support/rule-test-file.ts";

const run = promisify(execFile);
// promtool makes a database for each of two tests per alert.
const timeout = 120_000;
let promtool: string;
let folder: string;

beforeAll(async () => {
  promtool = await locate("promtool");
  folder = await mkdtemp(join(tmpdir(), "strata-rules-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, content: unknown): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content, null, 1));
  return file;
};

/** promtool's own words where it refuses. */
const output = (error: unknown): string => {
  const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
  return `${stdout}${stderr}` || String(error);
};

const accepted = (args: string[]): Promise<string> => run(promtool, args).then(() => "accepted", output);

describe("promtool", () => {
  it("accepts the rule file", { timeout }, async () => {
    const file = await write("all.json", ruleFile(ruleGroups));
    expect(await accepted(["check", "rules", "--lint=all", "--lint-fatal", file])).toBe("accepted");
  });

  it.each(ruleGroups.map((group) => [group.name, group] as const))(
    "proves the alerts of %s",
    { timeout },
    async (name, group) => {
      const rules = await write(`${name}.rules.json`, ruleFile([group]));
      const test = await write(`${name}.test.json`, ruleTestFile(group, ruleCases[name] ?? {}, rules));
      expect(await accepted(["test", "rules", test])).toBe("accepted");
    },
  );

  it("proves the recording rules", { timeout }, async () => {
    const rules = await write("recording.rules.json", ruleFile(ruleGroups));
    const test = await write("recording.test.json", recordingTestFile(recordingCases, rules));
    expect(await accepted(["test", "rules", test])).toBe("accepted");
  });

  it("would notice an alert that does not fire", { timeout }, async () => {
    const [group] = ruleGroups;
    if (!group) throw new Error("no rules");
    const rules = await write("broken.rules.json", ruleFile([{ ...group, alerts: [] }]));
    const test = await write("broken.test.json", ruleTestFile(group, ruleCases[group.name] ?? {}, rules));
    expect(await accepted(["test", "rules", test])).toMatch(/FAILED[\s\S]*Watchdog/);
  });
});
