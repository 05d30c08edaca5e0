// The workflows by actionlint, as `npm run check` and a push run it.
import { expect, test } from "vitest";
import { run, workflowFiles } from "../../tools/ci/lint.ts";
import { capture } from "../../tools/terminal/process.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { repository } from "../../tools/toolchain/paths.ts";

const workflows = workflowFiles().filter((file) => file.includes("workflows"));

/** @param input a workflow, for a file named -. */
const lint = async (args: readonly string[], input = ""): Promise<string> => {
  const { stdout, stderr } = await capture(await locate("actionlint"), ["-no-color", "-oneline", ...args], {
    cwd: repository,
    input,
  });
  return stdout + stderr;
};

test("actionlint has nothing to say of any workflow", async () => {
  expect(workflows.length).toBeGreaterThan(5);
  expect(await lint(workflows)).toBe("");
  expect(await run()).toBe(0);
});

test("it would find a step that does not exist, a permission that is none, and a script that a branch's name is part of", async () => {
  const said = await lint(
    ["-stdin-filename", ".github/workflows/wrong.yml", "-"],
    `on: pull_request
permissions: {}
jobs:
  wrong:
    runs-on: ubuntu-24.04
    permissions: { content: read }
    steps:
      - if: steps.nothing.outputs.run
        run: echo \${{ github.head_ref }}
`,
  );
  expect(said).toContain('unknown permission scope "content"');
  expect(said).toContain('property "nothing" is not defined');
  expect(said).toContain('"github.head_ref" is potentially untrusted');
});
