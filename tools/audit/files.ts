// Files of a folder, as something to search in.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Source {
  /** As it is told to the user: a path, or what it is. */
  readonly name: string;
  /** Undefined for what went away in the meantime, or can't be read. */
  read(): Buffer | undefined;
  /** Where an offset lies, if not by line and column. */
  locate?(bytes: Buffer, offset: number): string;
}

export const fileSource = (path: string, name = path): Source => ({
  name,
  read: () => {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  },
});

export const textSource = (name: string, text: string): Source => ({ name, read: () => Buffer.from(text) });

export interface Walk {
  /** Whether a file or folder is passed over, by its absolute path. */
  skip?(path: string): boolean;
}

/** Regular files below a folder, links not followed, by their absolute paths. Empty where there is none. */
export function filesBelow(path: string, { skip = () => false }: Walk = {}): readonly string[] {
  if (skip(path)) return [];
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [path];
  if (!found?.isDirectory()) return [];
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesBelow(join(path, name), { skip }));
  } catch {
    return [];
  }
}

export const sourcesBelow = (folder: string, walk: Walk = {}, base = folder): readonly Source[] =>
  filesBelow(folder, walk).map((path) => fileSource(path, relative(base, path) || path));

/** "12:5": line and column, from 1. */
export function lineAndColumn(bytes: Buffer, offset: number): string {
  let line = 1;
  let start = 0;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) {
    line += 1;
    start = at + 1;
  }
  return `${line}:${offset - start + 1}`;
}
