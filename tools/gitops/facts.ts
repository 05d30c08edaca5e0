// What the program must know before it can hand layers 3 and 4 over: who delivers what, from which commit, and what is in it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { GitOpsConfig } from "../../config/schema.ts";
import { stackOfFile } from "../../config/stack-name.ts";
import {
  type Delivered,
  deliveredFile,
  type GitOpsFacts,
  stayingFile,
} from "../../layers/platform/gitops/delivered.ts";
import { UserError } from "../../lib/errors.ts";
import { count } from "../terminal/duration.ts";
import { filesAt, prefixOf, resolveCommit } from "./git.ts";

export interface FactsArgs {
  /** Folder with gitops/. */
  readonly folder: string;
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly config: GitOpsConfig;
  readonly say: (line: string) => void;
}

const howTo = (stack: string): string =>
  `npm run render ${stack} && git add gitops/${stack} && git commit -m "Render ${stack}"`;

const read = (folder: string, stack: string, name: string): unknown => {
  const file = join(folder, "gitops", stack, name);
  if (existsSync(file)) return parse(readFileSync(file, "utf8"));
  throw new UserError(
    `The stack file has a section gitops, but gitops/${stack} is not rendered, so there is nothing to deliver. Run: ${howTo(stack)}`,
  );
};

const division = (folder: string, stack: string): Pick<GitOpsFacts, "delivered" | "staying"> => {
  const { objects } = read(folder, stack, stayingFile) as { objects: readonly { resource: string }[] };
  return {
    delivered: (read(folder, stack, deliveredFile) ?? {}) as Delivered,
    staying: new Set(objects.map(({ resource }) => resource)),
  };
};

/** @throws UserError where the folder or the commit is missing. */
export const gitOpsFacts = async ({ folder, stack: name, config, say }: FactsArgs): Promise<GitOpsFacts> => {
  const stack = stackOfFile(name);
  const known = division(folder, stack);
  const path = `gitops/${stack}`;
  if (config.source.kind === "remote") return { path, ...known, revision: config.source.revision };

  const wanted = config.source.revision ?? "HEAD";
  const revision = await resolveCommit(folder, wanted);
  const prefix = await prefixOf(folder);
  const found = await filesAt(folder, revision, `${prefix}${path}`);
  const files = new Map([...found].map(([file, content]) => [file.slice(prefix.length), content]));
  const short = revision.slice(0, 12);
  if (!files.has(`${path}/${deliveredFile}`))
    throw new UserError(
      `Commit ${short} has no rendered ${path}. Run: ${howTo(stack)}${config.source.revision === undefined ? "" : ", and set strata:gitops.source.revision to that commit"}`,
    );
  const differing = [...files].filter(([file, content]) => {
    const here = join(folder, file);
    return !existsSync(here) || !readFileSync(here).equals(content);
  });
  if (differing.length > 0)
    say(
      `GitOps delivers ${path} as it is in commit ${short}: ${count(differing.length, "file")} here ${differing.length === 1 ? "differs" : "differ"} from it. To deliver those: ${howTo(stack)}`,
    );
  return { path, ...known, revision, files };
};
