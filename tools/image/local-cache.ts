// Archives of images with a recipe, built or fetched earlier: one file per key, whole or not there at all.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Recipe } from "../../layers/cluster/images/recipe.ts";
import { isAlive } from "../toolchain/lock.ts";
import { checkSum } from "./archive.ts";

/** Path of a recipe's archive below a folder. */
export const cachedArchive = (folder: string, { folder: recipe, platform, key }: Recipe): string =>
  join(folder, `${recipe}-${platform.os}-${platform.arch}-${key}.tar`);

export type Cached = "there" | "absent" | "damaged";

/** Whether an archive is there, and is what was put there. */
export const lookInCache = async (file: string): Promise<Cached> => {
  if (!existsSync(file)) return "absent";
  return (await checkSum(file)) === "fits" ? "there" : "damaged";
};

const temporary = /\.(\d+)\.tmp$/;

/** Removes what killed runs left behind. */
export const sweep = (folder: string): void => {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = temporary.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true, recursive: true });
  }
};

/** Path to write to before the file is whole. */
export const temporaryFor = (file: string): string => `${file}.${process.pid}.tmp`;

/** Puts a whole file in its place, its checksum first: a file without one counts as damaged. */
export const commit = (temporaryFile: string, file: string, sha256: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(`${file}.sha256`, `${sha256}\n`);
  renameSync(temporaryFile, file);
};
