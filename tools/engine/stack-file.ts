// The stack file that the engine gets: a copy of the repository's, because Pulumi writes its secrets' salt into the file it reads.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest } from "../../config/nearest.ts";
import { UserError } from "../../lib/errors.ts";
import { type Environment, repository } from "../toolchain/paths.ts";

const saltPattern = /^encryptionsalt:.*$/m;

/** The repository's text, with the salt of the copy where the repository has none of its own. */
export function mergeStackFile(repositoryText: string, copyText: string | undefined): string {
  const salt = saltPattern.test(repositoryText) ? undefined : saltPattern.exec(copyText ?? "")?.[0];
  return salt === undefined ? repositoryText : `${repositoryText.replace(/\n*$/, "\n")}${salt}\n`;
}

/** Folder that stack files are read from: the repository's top, or the one that STRATA_STACKS names. */
export const stackFolder = (env: Environment = process.env): string =>
  env["STRATA_STACKS"] ? resolve(env["STRATA_STACKS"]) : repository;

/** Stacks of a folder, by their files. */
export const stackNames = (root: string): readonly string[] =>
  (existsSync(root) ? readdirSync(root) : [])
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();

/** Text of a stack file in a folder. Throws a UserError that lists the stacks where there is none of that name. */
export function readStackFile(root: string, stack: string): string {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (/^[\w-]+$/.test(stack) && existsSync(file)) return readFileSync(file, "utf8");
  const stacks = stackNames(root);
  const guess = nearest(stack, stacks);
  throw new UserError(
    `There is no stack "${stack}": Pulumi.${stack}.yaml does not exist.${guess === undefined ? "" : ` Did you mean "${guess}"?`}\nStacks here: ${stacks.join(", ") || "none"}`,
  );
}

export interface StackFolder {
  /** A Pulumi project of its own, so that `pulumi stack init` writes here. */
  readonly folder: string;
  readonly configFile: string;
}

/** Brings the copy of a stack file up to date. `name` is the Pulumi stack, `source` the stack file's text. */
export function prepareStackFolder(root: string, folder: string, name: string, source: string): StackFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const configFile = join(folder, `Pulumi.${name}.yaml`);
  const copy = existsSync(configFile) ? readFileSync(configFile, "utf8") : undefined;
  const merged = mergeStackFile(source, copy);
  if (merged !== copy) writeFileSync(configFile, merged, { mode: 0o600 });
  writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  return { folder, configFile };
}
