// Commands of the docs that change nothing, run as they stand on their pages, with a state of their own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { capture } from "../../tools/terminal/process.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { documentedCommands, type NpmCommand, npmCommand } from "../support/docs/commands.ts";
import { pages } from "../support/docs/pages.ts";
import { isExecuted } from "../support/docs/treatment.ts";
import { Strata } from "../support/strata.ts";

const strata = new Strata({ stacks: repository, stack: "dev-fast" });
const out = mkdtempSync(join(tmpdir(), "strata-docs-"));

afterAll(async () => {
  await strata.close();
  rmSync(out, { recursive: true, force: true });
});

/** Command line after placeholders, to where it is documented first. */
const commands = new Map<string, { readonly where: string; readonly command: NpmCommand }>();
for (const { where, text } of pages.flatMap(documentedCommands)) {
  const command = npmCommand(text);
  if (!command || !isExecuted(command.script, text)) continue;
  const line = [command.script, ...command.args].join(" ");
  if (!commands.has(line)) commands.set(line, { where, command });
}

/** What a command that worked prints. The doctor also works where it finds something to correct. */
const expected: Readonly<Record<string, { readonly code: readonly number[]; readonly says: RegExp }>> = {
  doctor: { code: [0, 1], says: /\d+ passed, \d+ warnings?, \d+ failed/ },
  drill: { code: [0], says: /Nothing was done\. To do it: / },
  env: { code: [0], says: /^export PULUMI_BACKEND_URL=/m },
  help: { code: [0], says: /npm start/ },
  preview: { code: [0], says: /previewed in .*: \d+ to create/ },
  render: { code: [0], says: /up to date|objects, and \d+ that stay with Pulumi/ },
};

test("there is something to run", () => {
  expect(commands.size).toBeGreaterThan(5);
});

test.each([...commands])("%s", async (_, { where, command: { script, args } }) => {
  const given = args.map((word) => (word === "mirror" ? out : word));
  const { code, stdout, stderr } = await capture("npm", ["run", script, "--", ...given], {
    cwd: repository,
    env: strata.env,
  });
  const { code: codes = [], says = /./ } = expected[script] ?? {};
  // The page is part of the message when this fails.
  expect([where, stdout + stderr]).toEqual([where, expect.stringMatching(says)]);
  expect([where, codes]).toEqual([where, expect.arrayContaining([code])]);
});
