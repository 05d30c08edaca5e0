// The commit that a run used, where the program lies in a Git tree.
import { capture } from "../terminal/process.ts";
import type { RunRecord } from "./record.ts";

/** Reads `git status --porcelain=v2 --branch`. */
export function parseStatus(text: string): RunRecord["commit"] {
  const [, sha] = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(text) ?? [];
  return sha === undefined ? undefined : { sha, dirty: /^[^#\n]/m.test(text) };
}

export async function commitOf(folder: string): Promise<RunRecord["commit"]> {
  const { code, stdout } = await capture("git", ["-C", folder, "status", "--porcelain=v2", "--branch"], {
    timeoutMs: 3000,
    // Another git command of the user's must not find the index locked by ours.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
  return code === 0 ? parseStatus(stdout) : undefined;
}
