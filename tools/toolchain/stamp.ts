// Remembers what an installed program was made of, so that a second run skips it and a new version does not.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Source } from "./catalogue.ts";
import { writeAtomically } from "./install.ts";
import { repository } from "./paths.ts";

export interface Stamp {
  readonly how: "release" | "source";
  readonly version: string;
  /** Of a build: digest of the module files, sources and flags. */
  readonly key?: string;
}

const stampFile = (program: string): string => join(dirname(program), ".stamps", `${basename(program)}.json`);

export function readStamp(program: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(stampFile(program), "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

export const writeStamp = (program: string, stamp: Stamp): Promise<void> =>
  writeAtomically(stampFile(program), `${JSON.stringify(stamp)}\n`);

export const groupFolder = (group: string): string => join(repository, "tools", "go", group);

/** Digest of everything in the repository that a build depends on. */
export function sourceKey(source: Source, folder: string = groupFolder(source.group)): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)go\.(mod|sum)$|\.go$/.test(file))
    .sort();
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update("\0");
  hash.update(
    JSON.stringify([
      source.package,
      source.ldflags ?? "",
      ...(source.tags === undefined ? [] : [source.tags]),
      process.platform,
      process.arch,
    ]),
  );
  return hash.digest("hex");
}
