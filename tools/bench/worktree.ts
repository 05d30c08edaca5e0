// Another commit of this repository in a folder of its own, for as long as it is measured or planned.
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { capture } from "../terminal/process.ts";
import { repository } from "../toolchain/paths.ts";

export interface Worktree {
  readonly folder: string;
  readonly sha: string;
  remove(): Promise<void>;
}

const git = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await capture("git", ["-C", repository, ...args]);
  if (code !== 0) throw new UserError(`git ${args[0]} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout.trim();
};

const lockOf = (folder: string): string => readFileSync(join(folder, "package-lock.json"), "utf8");

/** The same packages are shared; others are installed. */
async function providePackages(folder: string, say: (line: string) => void): Promise<void> {
  if (lockOf(folder) === lockOf(repository)) {
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    return;
  }
  say("Its npm packages differ from ours: installing them");
  const { code, stderr } = await capture(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder],
    { cwd: folder },
  );
  if (code !== 0) throw new UserError(`The npm packages of that commit can't be installed:\n${stderr.trim()}`);
}

export async function openWorktree(commit: string, say: (line: string) => void): Promise<Worktree> {
  const { code, stdout } = await capture("git", [
    ...["-C", repository, "rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`],
  ]);
  if (code !== 0) throw new UserError(`--compare "${commit}": this repository has no such commit`);
  const sha = stdout.trim();
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const remove = async (): Promise<void> => {
    // The link first: nothing may follow it into our own packages.
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    await capture("git", ["-C", repository, "worktree", "remove", "--force", folder]);
    rmSync(folder, { recursive: true, force: true });
    await capture("git", ["-C", repository, "worktree", "prune"]);
  };
  try {
    await git("worktree", "add", "--detach", "--quiet", folder, sha);
    await providePackages(folder, say);
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, sha, remove };
}
