// A copy of the project that the code blocks of a how-to are applied to, in the order of the page, as a reader would.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "../../../tools/toolchain/paths.ts";
import { blocksOf, readPage } from "./pages.ts";

export interface Scratch {
  readonly folder: string;
  remove(): void;
}

/** What a copy does without: made, fetched or kept elsewhere. */
const left = new Set([".git", "node_modules", ".strata"]);

/** A copy of the project, with the packages of the original. */
export const scratchProject = (): Scratch => {
  const folder = mkdtempSync(join(tmpdir(), "strata-how-to-"));
  cpSync(repository, folder, {
    recursive: true,
    filter: (path) => !path.startsWith(`${repository}/`) || !left.has(path.slice(repository.length + 1)),
  });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/**
 * Applies the blocks of a page that change files: every `diff`, and every block that names its file (`file=`).
 *
 * @returns the files of the named blocks.
 */
export const applyBlocks = (page: string, folder: string): string[] => {
  const written: string[] = [];
  for (const { lang, meta, text, line } of blocksOf(readPage(page))) {
    const file = meta["file"];
    if (file !== undefined) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${text}\n`);
      written.push(file);
    } else if (lang === "diff")
      try {
        execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input: `${text}\n`, stdio: "pipe" });
      } catch (error) {
        const said = String((error as { stderr?: Buffer }).stderr ?? error);
        throw new Error(`${page}:${line}: this diff does not fit the project any more:\n${said}`);
      }
  }
  return written;
};
