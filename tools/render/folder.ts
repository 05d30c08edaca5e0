// The rendered folder on disk: what differs from what it should be, and how it becomes that. Nothing beside it is touched.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { mark, stayingFile, type Tree } from "./tree.ts";

export interface Difference {
  readonly path: string;
  readonly what: "differs" | "missing" | "too many";
}

/** Files below a folder. Links count as files and are not followed; hidden ones are an editor's or the system's. */
const filesBelow = (folder: string, prefix = ""): { readonly path: string; readonly isLink: boolean }[] =>
  readdirSync(join(folder, prefix), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, `${path}/`) : [{ path, isLink: entry.isSymbolicLink() }];
    });

/** What keeps a folder from being the tree, sorted by path. */
export const compareFolder = (folder: string, tree: Tree): Difference[] => {
  const found = existsSync(folder) ? filesBelow(folder) : [];
  const known = new Map(found.map((file) => [file.path, file]));
  const wanted = [...tree].flatMap(([path, text]): Difference[] => {
    const file = known.get(path);
    if (!file) return [{ path, what: "missing" }];
    if (file.isLink || readFileSync(join(folder, path), "utf8") !== text) return [{ path, what: "differs" }];
    return [];
  });
  const extra = found.filter(({ path }) => !tree.has(path)).map(({ path }): Difference => ({ path, what: "too many" }));
  return [...wanted, ...extra].sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** Refuses a folder whose files somebody else may have made. */
const mustBeOurs = (folder: string): void => {
  const entry = lstatSync(folder, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isDirectory())
    throw new UserError(`${folder} is not a folder, or a link to one. Remove it, or render elsewhere: --out DIR`);
  if (filesBelow(folder).length === 0) return;
  const marker = join(folder, stayingFile);
  if (!existsSync(marker) || !readFileSync(marker, "utf8").startsWith(mark))
    throw new UserError(
      `${folder} has files that strata did not render (it has no ${stayingFile}), and rendering would remove them.\n` +
        "Move them away, or render elsewhere: --out DIR",
    );
};

const removeEmpty = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory() && !entry.name.startsWith(".")) removeEmpty(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
};

/**
 * Makes a folder the tree: writes what differs, and removes what does not belong to it.
 *
 * @returns what was changed.
 * @throws UserError for a folder that was not rendered.
 */
export const writeFolder = (folder: string, tree: Tree): Difference[] => {
  mustBeOurs(folder);
  const changes = compareFolder(folder, tree);
  // First: a link or a file may be where a folder has to be, or lead out of this one.
  for (const { path, what } of changes) if (what !== "missing") rmSync(join(folder, path), { force: true });
  if (existsSync(folder)) removeEmpty(folder);
  for (const { path } of changes) {
    const text = tree.get(path);
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return changes;
};
