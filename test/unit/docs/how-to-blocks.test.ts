// The diffs of the how-tos fit the project: the quick half of test/plan/how-to-code.test.ts, which also runs what comes of them.
import { afterEach, expect, test } from "vitest";
import { applyBlocks, type Scratch, scratchProject } from "../../support/docs/scratch.ts";

let scratch: Scratch | undefined;
afterEach(() => scratch?.remove());

// A machine with other work copies the project in seconds.
test.each(["add-an-app", "add-a-stack", "add-a-service", "add-a-cluster-kind"])("%s", { timeout: 60_000 }, (name) => {
  scratch = scratchProject();
  const { folder } = scratch;
  expect(() => applyBlocks(`docs/how-to/${name}.md`, folder)).not.toThrow();
});
