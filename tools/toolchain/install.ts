// Puts a finished file in its place in one step, so that nobody ever runs half a program.
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Moves `source` to `target` (same file system) and makes it executable. */
export async function install(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await chmod(source, 0o755);
  await rename(source, target);
}

/** Writes a file through a neighbour and a rename. */
export async function writeAtomically(target: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const neighbour = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  await writeFile(neighbour, text, { mode });
  await rename(neighbour, target);
}

/** Work folders lie beside their targets, so that the last step is a rename on one file system. */
export const workPrefix = ".work-";

/** Removes work folders of processes that were killed. Only for who holds the toolchain's lock. */
export async function sweepWork(folder: string): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  await Promise.all(
    entries
      .filter((name) => name.startsWith(workPrefix))
      .map((name) => rm(join(folder, name), { recursive: true, force: true })),
  );
}
