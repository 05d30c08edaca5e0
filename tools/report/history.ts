// The history: one JSON file a run, by stack and machine. What a search needs is in the file's name, so that few are read.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../toolchain/paths.ts";
import type { RunRecord } from "./record.ts";
import { recordVersion } from "./version.ts";

/** Runs kept of each stack on each machine. */
export const keptRuns = 200;

export interface Entry {
  readonly id: string;
  readonly cluster: string;
  readonly temperature: string;
  readonly outcome: string;
  readonly file: string;
}

export const historyFolder = (where: Paths, stack: string, fingerprint: string): string =>
  join(where.history, stack, fingerprint);

const fileName = ({ id, cluster, temperature, outcome }: RunRecord): string =>
  `${id}_${cluster}_${temperature}_${outcome}.json`;

const entryOf = (folder: string, name: string): Entry[] => {
  const [, id, cluster, temperature, outcome] = /^([^_]+)_([^_]+)_([^_]+)_([^_]+)\.json$/.exec(name) ?? [];
  return id && cluster && temperature && outcome
    ? [{ id, cluster, temperature, outcome, file: join(folder, name) }]
    : [];
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const byId = (a: Entry, b: Entry): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Runs of one stack on one machine, oldest first. */
export const listRuns = (folder: string): readonly Entry[] =>
  namesIn(folder)
    .flatMap((name) => entryOf(folder, name))
    .sort(byId);

/** Runs of a stack on every machine that shared this state folder, oldest first. */
export const runsOfStack = (where: Paths, stack: string): readonly Entry[] =>
  namesIn(join(where.history, stack))
    .flatMap((fingerprint) => listRuns(historyFolder(where, stack, fingerprint)))
    .sort(byId);

export const stacksWithRuns = (where: Paths): readonly string[] => namesIn(where.history).sort();

/** The page of a run lies beside its record and goes with it. */
export const pageOf = (folder: string, id: string): string => join(folder, `${id}.html`);

/** Removes the oldest runs beyond `keep`. */
export function prune(folder: string, keep = keptRuns): void {
  const runs = listRuns(folder);
  for (const { file, id } of runs.slice(0, Math.max(0, runs.length - keep))) {
    rmSync(file, { force: true });
    rmSync(pageOf(folder, id), { force: true });
  }
}

/** Returns the file. It appears whole or not at all. */
export function writeRun(folder: string, record: RunRecord): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, fileName(record));
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  prune(folder);
  return file;
}

/** Undefined for a file that is no record, or of another version. */
export function readRun(file: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as RunRecord;
    return record.version === recordVersion ? record : undefined;
  } catch {
    return undefined;
  }
}

const actionOf = (id: string): string => id.slice(id.lastIndexOf("-") + 1);

/** The last runs, up to `limit`, that may be compared with one: succeeded, and alike in all that makes runs differ. Newest last. */
export function comparable(
  folder: string,
  { id, cluster, temperature, action }: Pick<RunRecord, "id" | "cluster" | "temperature" | "action">,
  limit = 10,
): readonly RunRecord[] {
  return listRuns(folder)
    .filter(
      (run) =>
        run.id < id &&
        run.outcome === "succeeded" &&
        run.cluster === cluster &&
        run.temperature === temperature &&
        actionOf(run.id) === action,
    )
    .slice(-limit)
    .flatMap(({ file }) => readRun(file) ?? []);
}
