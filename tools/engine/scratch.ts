// A private temporary folder per run: the kubernetes plugin leaves whole kubeconfigs in $TMPDIR.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../toolchain/lock.ts";
import type { Paths } from "../toolchain/paths.ts";

const prefix = "run-";

/** Removes what runs that were killed left behind. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    let owner = 0;
    try {
      owner = Number(readFileSync(join(parent, name, ".pid"), "utf8"));
    } catch {
      // Killed before it wrote its id.
    }
    if (owner === 0 || !isAlive(owner)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

export interface Scratch {
  readonly folder: string;
  /** Wipes the folder; safe to call twice. */
  remove(): void;
}

export function openScratch(where: Paths): Scratch {
  const parent = join(where.state, "tmp");
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  sweep(parent);
  const folder = mkdtempSync(join(parent, prefix));
  writeFileSync(join(folder, ".pid"), String(process.pid));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What a cluster that outlives the run gets as TMPDIR instead. */
export const lastingTmpdir = (): string => tmpdir();
