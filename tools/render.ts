// `npm run render [stack]`: writes what GitOps delivers into gitops/<stack>; --check only says whether it is up to date.
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { readStackFile, stackFolder, stackNames } from "./engine/stack-file.ts";
import { parseRenderArguments, type RenderArguments } from "./render/arguments.ts";
import { compareFolder, type Difference, writeFolder } from "./render/folder.ts";
import { stayingFile } from "./render/tree.ts";
import { duration } from "./terminal/duration.ts";

const shown = (folder: string): string => {
  const path = relative(process.cwd(), folder);
  return path.startsWith("..") ? folder : path;
};

/** Stacks that have a folder: with those a commit and the program can differ. */
const renderedStacks = (root: string): string[] => {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  const stacks = stackNames(stackFolder());
  const orphan = folders.find((name) => !stacks.includes(name));
  if (orphan !== undefined)
    throw new UserError(
      `${shown(join(root, orphan))} is there, and its stack file Pulumi.${orphan}.yaml is not. Remove the folder, or bring the file back`,
    );
  return folders;
};

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

const explain = (folder: string, stack: string, differences: readonly Difference[], out: string | undefined): string =>
  [
    `${colors.red("✗")} ${shown(folder)} is not what Pulumi.${stack}.yaml and the program come to:`,
    ...differences.map(({ path, what }) => `  ${what.padEnd(8)}  ${path}`),
    `Run: npm run render ${stack}${out === undefined ? "" : ` -- --out ${out}`}`,
  ].join("\n");

/** @returns whether the folder is up to date, or now is. */
const renderOne = async (stack: string, root: string, { check, out }: RenderArguments): Promise<boolean> => {
  const started = performance.now();
  const text = readStackFile(stackFolder(), stack);
  const { renderStack } = await import("./render/stack.ts");
  const { tree, division } = await renderStack({ stack, text });
  const folder = join(root, stack);
  const rendered = `${count(division.delivered.length, "object")}, and ${division.staying.length} that stay with Pulumi`;
  const differences = check ? compareFolder(folder, tree) : writeFolder(folder, tree);
  const elapsed = duration(performance.now() - started);
  if (check && differences.length > 0) {
    process.stderr.write(`${explain(folder, stack, differences, out)}\n`);
    return false;
  }
  const changed = check ? "up to date" : `${count(differences.length, "file")} changed`;
  process.stdout.write(`${colors.green("✓")} ${shown(folder)}: ${rendered} (${stayingFile}); ${changed}, ${elapsed}\n`);
  return true;
};

export async function main(args: readonly string[]): Promise<number> {
  const wanted = parseRenderArguments(args);
  const root = wanted.out ?? join(stackFolder(), "gitops");
  const stacks = wanted.stack === undefined ? renderedStacks(root) : [wanted.stack];
  if (stacks.length === 0) {
    process.stdout.write(`No stack is rendered: ${shown(root)} has no folders\n`);
    return 0;
  }
  // Before the first look at Pulumi's SDK, half of whose start is for what nobody here uses.
  await import(new URL("./preload.mjs", import.meta.url).href);
  let upToDate = true;
  for (const stack of stacks) upToDate = (await renderOne(stack, root, wanted)) && upToDate;
  return upToDate ? 0 : 1;
}
