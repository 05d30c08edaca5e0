// The stack file that the engine gets: a copy of the repository's, because Pulumi writes into the file it reads how secrets are encrypted.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest } from "../../config/nearest.ts";
import { UserError } from "../../lib/errors.ts";
import { type Environment, repository } from "../toolchain/paths.ts";

/** What Pulumi writes: provider of the secrets, its key (encrypted by it), or the salt of a passphrase. */
const encryptionKeys = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;
type Encryption = Partial<Record<(typeof encryptionKeys)[number], string>>;

const encryptionOf = (text: string): Encryption =>
  Object.fromEntries(
    encryptionKeys.flatMap((key) => {
      const [, value] = new RegExp(`^${key}:[ \\t]*(\\S+)`, "m").exec(text) ?? [];
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** Secrets provider that a stack file names, such as "awskms://alias/state?region=eu-central-1"; undefined for the backend's own. */
export function secretsProvider(text: string): string | undefined {
  const provider = encryptionOf(text).secretsprovider?.replace(/^(["'])(.*)\1$/, "$2");
  return provider === "default" || provider === "" ? undefined : provider;
}

/** The repository's text, with how the copy is encrypted where the repository does not say it, or does not say it all. */
export function mergeStackFile(repositoryText: string, copyText = ""): string {
  const [own, known] = [encryptionOf(repositoryText), encryptionOf(copyText)];
  const isWhole = own.encryptedkey !== undefined || own.encryptionsalt !== undefined;
  // Another provider's key opens nothing: Pulumi makes a new one.
  const isOther = own.secretsprovider !== undefined && secretsProvider(repositoryText) !== secretsProvider(copyText);
  if (isWhole || isOther) return repositoryText;
  const lines = encryptionKeys.flatMap((key) =>
    own[key] === undefined && known[key] !== undefined ? [`${key}: ${known[key]}\n`] : [],
  );
  return lines.length === 0 ? repositoryText : `${repositoryText.replace(/\n*$/, "\n")}${lines.join("")}`;
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
