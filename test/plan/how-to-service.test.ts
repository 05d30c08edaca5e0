// docs/how-to/add-a-service.md followed in a copy of the project: its blocks fit, and the tests that it shows pass there.
import { afterAll, beforeAll, expect, test } from "vitest";
import { capture } from "../../tools/terminal/process.ts";
import { applyBlocks, type Scratch, scratchProject } from "../support/docs/scratch.ts";

let scratch: Scratch;
beforeAll(() => {
  scratch = scratchProject();
});
afterAll(() => scratch.remove());

test("its blocks fit the project, and its tests pass with them", async () => {
  const written = applyBlocks("docs/how-to/add-a-service.md", scratch.folder);
  const tests = written.filter((file) => file.endsWith(".test.ts"));
  expect(tests.length).toBe(2);
  // The page of choices is held to the schema by a test: without its row it would fail.
  const { stdout, stderr } = await capture("npx", ["vitest", "run", ...tests, "test/unit/docs/choices.test.ts"], {
    cwd: scratch.folder,
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(stdout + stderr).toMatch(/Test Files {2}3 passed \(3\)/);
});
