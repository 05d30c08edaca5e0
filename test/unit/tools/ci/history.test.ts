// Which earlier run's history a run goes on with, asked of a double of GitHub's API.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { run } from "../../../../tools/ci/history.ts";
import { type Artifact, type Double, startGitHub } from "../../../support/github.ts";

let github: Double | undefined;
const folder = mkdtempSync(join(tmpdir(), "strata-history-"));

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await github?.close();
  rmSync(join(folder, "output"), { force: true });
});

const artifact = (
  id: number,
  more: Partial<Artifact> = {},
  from: Partial<Artifact["workflow_run"]> = {},
): Artifact => ({
  id,
  name: "history-dev-fast",
  expired: false,
  ...more,
  workflow_run: { id: id * 10, head_branch: "main", repository_id: 1, head_repository_id: 1, ...from },
});

const outputs = async (artifacts: readonly Artifact[]): Promise<string> => {
  github = await startGitHub("acme/strata", { artifacts });
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.stubEnv("GITHUB_API_URL", github.url);
  vi.stubEnv("GITHUB_REPOSITORY", "acme/strata");
  vi.stubEnv("GITHUB_TOKEN", "token");
  vi.stubEnv("GITHUB_OUTPUT", join(folder, "output"));
  expect(await run(["history-dev-fast"])).toBe(0);
  return readFileSync(join(folder, "output"), "utf8");
};

test("the newest of main's own runs, from whatever page", async () => {
  const found = await outputs([artifact(1), artifact(5), artifact(3), artifact(9, { name: "history-full" })]);
  expect(found).toMatch(/^now=\d{4}-\d\d-\d\dT.*Z\nrun=50\n$/);
});

test.each([
  ["an expired one", artifact(1, { expired: true })],
  ["another branch's", artifact(1, {}, { head_branch: "patch-1" })],
  ["a fork's, whose branch is called main too", artifact(1, {}, { head_repository_id: 2 })],
])("not %s: the history begins", async (_, one) => {
  expect(await outputs([one])).not.toContain("run=");
});
