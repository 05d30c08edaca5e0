// The plans of this checkout and of the commit that it is compared with, each made by that commit's own code in a process of its own.
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../lib/errors.ts";
import { openWorktree } from "../../bench/worktree.ts";
import { capture } from "../../terminal/process.ts";
import { repository } from "../../toolchain/paths.ts";
import { type Snapshot, snapshotVersion } from "./snapshot.ts";

const read = (file: string): Snapshot | undefined => {
  try {
    const snapshot = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
    return snapshot.version === snapshotVersion ? snapshot : undefined;
  } catch {
    return undefined;
  }
};

/** @throws UserError with what the planner said where it failed. */
export const planFolder = async (root: string, file: string): Promise<Snapshot> => {
  // Stack files of another folder would be the same on both sides.
  const { STRATA_STACKS: _, ...env } = process.env;
  const args = [join(root, "tools", "run.mjs"), "ci", "plan", "--out", file];
  const { code, stdout, stderr } = await capture(process.execPath, args, { cwd: root, env });
  if (code !== 0) throw new UserError((stderr.trim() || stdout.trim()).slice(-3000));
  const snapshot = read(file);
  if (snapshot === undefined) throw new UserError("its plan has another form than this one's");
  return snapshot;
};

/** Of a commit that was planned before, on this kind of machine: a plan names the processor. */
const cacheFile = (sha: string): string => join(plansFolder, `${sha}-${process.platform}-${process.arch}.json`);

/** Kept between runs of CI by its cache (docs/ci.md). */
export const plansFolder = join(repository, ".strata", "ci", "plans");

/** @throws UserError where the commit can't be planned. */
export const planCommit = async (sha: string, say: (line: string) => void): Promise<Snapshot> => {
  const file = cacheFile(sha);
  const known = existsSync(file) ? read(file) : undefined;
  if (known) {
    say(`The plan of ${sha.slice(0, 12)} is known from an earlier run`);
    return known;
  }
  mkdirSync(plansFolder, { recursive: true });
  const worktree = await openWorktree(sha, say);
  try {
    const draft = `${file}.${process.pid}`;
    const snapshot = await planFolder(worktree.folder, draft);
    renameSync(draft, file);
    return snapshot;
  } finally {
    await worktree.remove();
  }
};
