// `npm run ci -- lint`: the workflows by actionlint, and by the rules of ours that it does not know.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openToolchain } from "../command.ts";
import { openScreen } from "../terminal/live.ts";
import { capture } from "../terminal/process.ts";
import { ensure } from "../toolchain/ensure.ts";
import { locate, onPath } from "../toolchain/locate.ts";
import { repository } from "../toolchain/paths.ts";
import { problemsOf } from "./lint/rules.ts";

/** Workflows and composite actions of this repository, as paths from its top. */
export const workflowFiles = (): string[] =>
  ["workflows", "actions"].flatMap((folder) =>
    readdirSync(join(repository, ".github", folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.ya?ml$/.test(file))
      .map((file) => join(".github", folder, file))
      .sort(),
  );

export async function run(): Promise<number> {
  const screen = await openScreen();
  await ensure(["actionlint"], openToolchain(screen));
  screen.close();
  const files = workflowFiles();
  const workflows = files.filter((file) => file.includes("workflows"));
  // It reads the actions that a workflow names by itself.
  const actionlint = await capture(await locate("actionlint"), ["-no-color", ...workflows], { cwd: repository });
  if (actionlint.code !== 0) process.stderr.write(actionlint.stdout + actionlint.stderr);
  const problems = files.flatMap((file) =>
    problemsOf(readFileSync(join(repository, file), "utf8")).map((problem) => `${file}: ${problem}`),
  );
  for (const problem of problems) console.error(problem);
  const shell = onPath("shellcheck").length > 0 ? "with shellcheck" : "without shellcheck, which is not on PATH";
  if (actionlint.code !== 0 || problems.length > 0) return 1;
  console.log(`${workflows.length} workflows and ${files.length - workflows.length} action: no problem (${shell})`);
  return 0;
}
