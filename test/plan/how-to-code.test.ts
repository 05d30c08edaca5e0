// The how-tos that change code, followed in a copy of the project: their blocks fit, and the tests that they show pass there.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { capture } from "../../tools/terminal/process.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { readPage } from "../support/docs/pages.ts";
import { applyBlocks, type Scratch, scratchProject } from "../support/docs/scratch.ts";

let scratch: Scratch | undefined;
afterEach(() => scratch?.remove());

test.each([
  // The page of choices is held to the schema by a test: without its row it would fail.
  { page: "docs/how-to/add-a-service.md", shown: 2, others: ["test/unit/docs/choices.test.ts"] },
  { page: "docs/how-to/add-a-cluster-kind.md", shown: 1, others: [] },
])("$page: its blocks fit the project, and its tests pass with them", async ({ page, shown, others }) => {
  scratch = scratchProject();
  const tests = applyBlocks(page, scratch.folder).filter((file) => file.endsWith(".test.ts"));
  expect(tests.length).toBe(shown);
  const all = [...tests, ...others];
  const { stdout, stderr } = await capture("npx", ["vitest", "run", ...all], {
    cwd: scratch.folder,
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(stdout + stderr).toContain(`Test Files  ${all.length} passed (${all.length})`);
});

test("docs/how-to/add-a-cluster-kind.md lists every place that compares with a kind of somebody else's cluster", () => {
  const compares = ["config", "layers", "lib", "tools"].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/${file}`)
      .filter((file) => file.endsWith(".ts") && /[!=]== "existing"/.test(readFileSync(join(repository, file), "utf8"))),
  );
  const { text } = readPage("docs/how-to/add-a-cluster-kind.md");
  const rows = text.split("\n").filter((line) => /^\| `(?:config|layers|lib|tools)\//.test(line));
  const listed = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, file]) => file));
  expect(compares.length).toBeGreaterThan(5);
  expect(listed.sort()).toEqual(compares.sort());
});
