// A small disk in memory, mounted where only root may: to be full or read-only without harm to anybody else's.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Disk {
  readonly folder: string;
  remount(mode: "ro" | "rw"): void;
  close(): void;
}

const command = (program: string, ...args: string[]): string | undefined => {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
};

/** Why there is none, where this user may not mount. */
export const openDisk = (megabytes: number): Disk | string => {
  const folder = mkdtempSync(join(tmpdir(), "strata-disk-"));
  const problem = command("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "strata-test", folder);
  if (problem !== undefined) {
    rmdirSync(folder);
    return `a small disk can't be mounted here: ${problem}`;
  }
  return {
    folder,
    remount: (mode) => {
      // The files of a process that was killed are closed a moment after it is gone.
      for (let tries = 1; ; tries += 1) {
        const failed = command("mount", "-o", `remount,${mode}`, folder);
        if (failed === undefined) return;
        if (tries === 50 || !failed.includes("busy")) throw new Error(failed);
        spawnSync("sleep", ["0.2"]);
      }
    },
    close: () => {
      const failed = command("umount", "--lazy", folder);
      if (failed !== undefined) throw new Error(failed);
      rmdirSync(folder);
    },
  };
};
