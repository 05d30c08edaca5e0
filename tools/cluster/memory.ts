// What is remembered of a local cluster between runs, in <state>/clusters/<name>: cluster.json, and the cluster's own kubeconfig.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Remembered } from "../../layers/cluster/facts.ts";
import type { LocalKind } from "../../lib/cluster-kinds.ts";

export interface Memory extends Remembered {
  readonly kind: LocalKind;
  readonly name: string;
  /** The engine's ids of the node containers, in the order to start them; empty until they exist. */
  readonly nodes: readonly string[];
  /** Processes of a creation that is under way: ours, and the tool's that we started. */
  readonly creators: readonly number[];
  /** Volumes of the nodes alone: who removes a node by hand leaves them behind. */
  readonly volumes?: readonly string[];
  /** Process that is taking it down. */
  readonly remover?: number;
}

export interface Store {
  /** Folder of this cluster. */
  readonly folder: string;
  read(): Memory | undefined;
  write(memory: Memory): void;
  kubeconfig(): string | undefined;
  writeKubeconfig(text: string): void;
  /** Process that watches over the time to live. */
  watcher(): number | undefined;
  writeWatcher(pid: number): void;
  forget(): void;
}

/** Seconds since 1970, for a watchdog that is a few lines of shell. */
export const deadlineFile = "expires";
const watcherFile = "watcher.pid";

/** Written beside and renamed, so that a killed run leaves the old file or the new one, never half of it. */
const writePrivately = (folder: string, name: string, text: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, join(folder, name));
};

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

export const openStore = (folder: string): Store => ({
  folder,
  read: () => {
    const text = readText(join(folder, "cluster.json"));
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as Memory;
    } catch {
      return undefined;
    }
  },
  write: (memory) => {
    writePrivately(folder, "cluster.json", `${JSON.stringify(memory, undefined, 2)}\n`);
    if (memory.expires === undefined || memory.phase === "expired") rmSync(join(folder, deadlineFile), { force: true });
    else writePrivately(folder, deadlineFile, `${Math.ceil(memory.expires / 1000)}\n`);
  },
  kubeconfig: () => readText(join(folder, "kubeconfig")),
  writeKubeconfig: (text) => writePrivately(folder, "kubeconfig", text),
  watcher: () => Number(readText(join(folder, watcherFile))) || undefined,
  writeWatcher: (pid) => writePrivately(folder, watcherFile, `${pid}\n`),
  forget: () => rmSync(folder, { recursive: true, force: true }),
});

/** Names of the clusters in a folder of clusters that have a deadline. */
export const withDeadlines = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => existsSync(join(folder, name, deadlineFile)));
  } catch {
    return [];
  }
};
