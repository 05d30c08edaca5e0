import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { allQueries, dashboardsOf } from "../../layers/platform/observability/dashboards/index.ts";
import { locate } from "../../tools/toolchain/locate.ts";

const run = promisify(execFile);
const timeout = 60_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-dashboards-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Expressions as recording rules: that is the form in which promtool parses them. */
const check = async (expressions: readonly string[]): Promise<string> => {
  const file = join(folder, "queries.yaml");
  const rules = expressions.map((expr, index) => ({ record: `query:${index}`, expr }));
  await writeFile(file, JSON.stringify({ groups: [{ name: "dashboards", rules }] }));
  return run(await locate("promtool"), ["check", "rules", "--lint=none", file]).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string; stderr?: string }) => `REFUSED ${error.stdout}${error.stderr}`,
  );
};

it("promtool parses every PromQL query of every dashboard", { timeout }, async () => {
  const queries = allQueries(dashboardsOf({ openbao: {} })).filter(({ datasource }) => datasource === "prometheus");
  expect(queries.length).toBeGreaterThan(100);
  expect(await check(queries.map(({ expr }) => expr))).toContain(`SUCCESS: ${queries.length} rules found`);
});

it("promtool would refuse a wrong one", { timeout }, async () => {
  expect(await check(["sum by (rate(up[5m])"])).toContain("could not parse expression");
});
