// A state file that can't be read: put back from the copy that Pulumi makes before each write, or explained with what to do.
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";

const isWhole = (file: string): boolean => {
  try {
    const state = JSON.parse(readFileSync(file, "utf8")) as { readonly checkpoint?: unknown } | null;
    return typeof state === "object" && state?.checkpoint !== undefined;
  } catch {
    return false;
  }
};

/** States that Pulumi kept at the end of earlier runs, newest first. */
const kept = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".checkpoint.json"))
        .sort()
        .reverse()
        .map((name) => join(folder, name))
    : [];

/**
 * Makes a damaged state file whole. The copy is one step older: what that step did is either an operation that the copy knows as
 * unfinished, or was not begun, just as after a killed run. An older one would have forgotten objects, so only the user may take it.
 *
 * @param file of the stack's state. @param history folder of the states at the end of earlier runs.
 * @returns whether it was damaged. Throws a UserError where the copy is of no use either.
 */
export function mendState(file: string, history: string): boolean {
  if (!existsSync(file) || isWhole(file)) return false;
  const copy = `${file}.bak`;
  if (isWhole(copy)) {
    renameSync(file, `${file}.damaged`);
    copyFileSync(copy, file);
    return true;
  }
  const older = kept(history).find(isWhole);
  const anew = `To begin anew instead, with a new cluster: rm ${file}`;
  throw new UserError(
    `The state in ${file} is damaged, and so is the copy beside it.\n${
      older === undefined
        ? "There is no older one. "
        : `The last whole one is that of the end of an earlier run. Put it back, then run the same command again:\n  cp ${older} ${file}\n`
    }${anew}`,
  );
}
