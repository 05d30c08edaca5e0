// `npm run ci:preview`: plans every stack here and on the base, and writes what changes, as the workflow does it for a pull request.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";
import { duration } from "../terminal/duration.ts";
import { capture } from "../terminal/process.ts";
import { repository } from "../toolchain/paths.ts";
import { compareSnapshots } from "./changes/compare.ts";
import type { Changes } from "./changes/schema.ts";
import { commentBody, summaryLimit } from "./comment/body.ts";
import { renderChanges } from "./comment/render.ts";
import { planCommit, planFolder } from "./plan/of-commit.ts";
import type { Snapshot } from "./plan/snapshot.ts";

const usage = "Usage: npm run ci:preview [-- --base COMMIT] [--out FOLDER]";

const git = async (...args: string[]): Promise<string | undefined> => {
  const { code, stdout } = await capture("git", ["-C", repository, ...args]);
  return code === 0 ? stdout.trim() : undefined;
};

/** The commit to compare with: the one that is named, or where this branch left main. */
const baseCommit = async (named: string | undefined): Promise<string> => {
  if (named !== undefined) {
    const sha = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${named}^{commit}`);
    if (sha === undefined) throw new UserError(`--base "${named}": this repository has no such commit`);
    return sha;
  }
  const found = (await git("merge-base", "HEAD", "origin/main")) ?? (await git("merge-base", "HEAD", "main"));
  if (found === undefined)
    throw new UserError(`There is no branch main to compare with. Name a commit: npm run ci:preview -- --base COMMIT`);
  return found;
};

/** A base that can't be planned is not the mistake of the one who changes it. */
const incomparable = (head: Snapshot, base: string, reason: string): Changes => ({
  version: 1,
  base,
  stacks: head.stacks.map(({ stack, resources, problem }) => ({
    stack,
    resources: resources.length,
    problem: (problem ?? `Planned, and compared with nothing: the base can't be planned: ${reason}`).slice(0, 4000),
    layers: [],
  })),
});

const planBoth = async (
  base: string,
  folder: string,
): Promise<{ readonly head: Snapshot; readonly changes: Changes }> => {
  const say = (line: string): void => console.log(`  ${line}`);
  const [head, before] = await Promise.all([
    planFolder(repository, join(folder, "plan.json")),
    planCommit(base, say).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    }),
  ]);
  const changes =
    before instanceof UserError ? incomparable(head, base, before.message) : compareSnapshots(before, head, base);
  return { head, changes };
};

export interface PreviewArgs {
  readonly base: string | undefined;
  readonly out: string | undefined;
}

export const parsePreview = (args: readonly string[]): PreviewArgs => {
  try {
    const { values } = parseArgs({ args: [...args], options: { base: { type: "string" }, out: { type: "string" } } });
    return { base: values.base, out: values.out };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};

export async function run(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const values = parsePreview(args);
  const base = await baseCommit(values.base);
  const folder =
    values.out === undefined
      ? join(repository, ".strata", "ci", "preview")
      : resolve(process.env["INIT_CWD"] ?? process.cwd(), values.out);
  mkdirSync(folder, { recursive: true });
  console.log(`Planning every stack here and at ${base.slice(0, 12)} ...`);
  const { head, changes } = await planBoth(base, folder);
  const comment = commentBody(changes);
  writeFileSync(join(folder, "changes.json"), JSON.stringify(changes));
  writeFileSync(join(folder, "comment.md"), `${comment}\n`);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary) appendFileSync(summary, `${renderChanges(changes, summaryLimit)}\n`);
  const resources = head.stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
  console.log(
    `${head.stacks.length} stacks, ${resources} resources, ${duration(performance.now() - started)}: ${relative(process.cwd(), join(folder, "comment.md"))} (${comment.length} characters)`,
  );
  const failed = head.stacks.flatMap(({ stack, problem }) => (problem === undefined ? [] : [`${stack}: ${problem}`]));
  for (const line of failed) console.error(line);
  return failed.length > 0 ? 1 : 0;
}
