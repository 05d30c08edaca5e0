// Where a secret could have been written to: each place with what is searched in it and what to do about one that is found.
import { lstatSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { configOf } from "../doctor/gather.ts";
import { backendFolder } from "../engine/backend.ts";
import type { Session } from "../engine/session.ts";
import { stackFolder } from "../engine/stack-file.ts";
import { filesAt, prefixOf, resolveCommit } from "../gitops/git.ts";
import { readRun, runsOfStack } from "../report/history.ts";
import { page } from "../report/html/page.ts";
import { markdown } from "../report/markdown.ts";
import { type Paths, repository } from "../toolchain/paths.ts";
import { fileSource, filesBelow, type Source, sourcesBelow, textSource } from "./files.ts";
import { heldAs } from "./held.ts";
import { processSources } from "./processes.ts";
import type { Remedy } from "./remedies.ts";

export interface Place {
  readonly what: string;
  readonly sources: readonly Source[];
  readonly remedy: Remedy;
  /** Why there is nothing to search in, or what was passed over. */
  readonly note?: string;
}

/** Files that an own folder holds, held ones left out, named as they are told to the user. */
const own = (where: Paths, folder: string): readonly Source[] =>
  sourcesBelow(
    join(where.state, folder),
    { skip: (path) => heldAs(path.slice(where.state.length + 1)) !== undefined },
    where.state,
  );

function state(session: Session, where: Paths): Place {
  const what = "Pulumi's state, its copies and history";
  const folder = backendFolder(session.backend, process.env);
  if (folder === undefined) return { what, sources: [], remedy: "state", note: "not on this machine: see the export" };
  return {
    what,
    sources: sourcesBelow(join(folder, ".pulumi"), {}, folder.startsWith(where.state) ? where.state : ""),
    remedy: "state",
  };
}

/** The last run, as each of the formats of `npm run report` shows it. */
function report(session: Session, where: Paths): Place {
  const last = runsOfStack(where, session.name).at(-1);
  const run = last && readRun(last.file);
  const about = run && { run, history: [], comparison: undefined };
  return {
    what: "report of the last run, made anew",
    remedy: "log",
    sources: about ? [textSource("report.html", page(about)), textSource("report.md", markdown(about))] : [],
    ...(!about && { note: "no run yet" }),
  };
}

/** Other sessions' folders come and go: what is gone when it is read counts as nothing. */
function temporary(where: Paths): Place {
  const top = tmpdir();
  const owner = process.getuid?.();
  const apart = [where.state, where.cache, repository];
  const names = readdirSync(top).filter((name) => /^(strata|pulumi|kubeconfig|kube-|helm|kwok|k3d|kind)/i.test(name));
  const mine = names.filter(
    (name) => owner === undefined || lstatSync(join(top, name), { throwIfNoEntry: false })?.uid === owner,
  );
  const skip = (path: string): boolean =>
    apart.includes(path) ||
    /\/(etcd|node_modules|kwok\/clusters)$/.test(path) ||
    (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) > largest;
  return {
    what: "temporary files",
    remedy: "file",
    sources: [
      ...own(where, "tmp"),
      ...mine.flatMap((name) => filesBelow(join(top, name), { skip })).map((path) => fileSource(path)),
    ],
  };
}

/** Bytes of a temporary file from which on it is somebody's data: archives and images. */
const largest = 32 << 20;

/** The commit that a GitOps engine reads out of this checkout. */
async function delivered(stack: string): Promise<Place> {
  const what = "commit that GitOps delivers";
  const { gitops } = configOf(stack, undefined);
  if (gitops === undefined || !("source" in gitops))
    return { what, sources: [], remedy: "git", note: "the stack has no gitops" };
  if (gitops.source.kind === "remote")
    return { what, sources: [], remedy: "git", note: "a remote repository: the rendered files are in the checkout" };
  try {
    const folder = stackFolder();
    const commit = await resolveCommit(folder, gitops.source.revision ?? "HEAD");
    const files = await filesAt(folder, commit, `${await prefixOf(folder)}gitops/${stack}`);
    return {
      what,
      remedy: "git",
      sources: [...files].map(([name, bytes]) => ({ name: `${commit.slice(0, 12)}:${name}`, read: () => bytes })),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { what, sources: [], remedy: "git", note: error.message };
  }
}

function checkout(): Place {
  const folders = [...new Set([repository, stackFolder()])];
  const skip = (path: string): boolean => /\/(node_modules|\.git)$/.test(path);
  return {
    what: "checkout: sources, stack files, rendered files, .strata",
    remedy: "git",
    sources: folders.flatMap((folder) => sourcesBelow(folder, { skip }, folder === repository ? folder : "")),
  };
}

/** Programs are no logs: PULUMI_HOME without its plugins and CLI. */
function cached(where: Paths): Place {
  const skip = (path: string): boolean =>
    [join(where.pulumiHome, "plugins"), join(where.pulumiHome, "versions")].includes(path);
  return {
    what: "logs of tools, PULUMI_HOME",
    remedy: "log",
    sources: [...sourcesBelow(where.logs, {}, where.cache), ...sourcesBelow(where.pulumiHome, { skip }, where.cache)],
  };
}

/** Every place on this machine. `stack` is the stack file's name. */
export const machinePlaces = async (session: Session, stack: string, where: Paths): Promise<readonly Place[]> => [
  state(session, where),
  { what: "engine's events and logs", sources: own(where, "stacks"), remedy: "log" },
  { what: "history of runs and benches, with pages", sources: own(where, "history"), remedy: "log" },
  report(session, where),
  { what: "clusters' files and logs", sources: own(where, "clusters"), remedy: "file" },
  temporary(where),
  cached(where),
  checkout(),
  await delivered(stack),
  { what: "arguments of running processes", sources: await processSources(), remedy: "process" },
];
