// Where strata keeps what it downloads or builds (cache: can be deleted at any time) and what it must not lose (state).
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Paths {
  readonly cache: string;
  readonly state: string;
  /** Binaries of the toolchain, except the Pulumi CLI (see `pulumiBin`). */
  readonly bin: string;
  /** PULUMI_HOME of every run that strata starts; the user's own ~/.pulumi is never written to. */
  readonly pulumiHome: string;
  /** Folder of the local file backend. */
  readonly backend: string;
  readonly images: string;
  /** Charts that were fetched once, for every project of this user. */
  readonly charts: string;
  /** Logs of downloads and builds. */
  readonly logs: string;
  /** Lock files and stamps of the toolchain. */
  readonly locks: string;
  /** Records of runs, by stack and machine. */
  readonly history: string;
  /** Passphrase file of the local backend's secrets. */
  readonly passphrase: string;
  /** Folder of what belongs to one cluster: kubeconfig, node files, control plane data. */
  cluster(name: string): string;
  /** Folder of what belongs to one Pulumi stack: its config copy, event logs. */
  stack(name: string): string;
  /** Where the npm package `pulumi` looks for the CLI of that version. */
  pulumiBin(version: string): string;
}

/** Root folder of this repository. */
export const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const folder = (value: string | undefined, fallback: string): string =>
  // The XDG specification says to ignore relative paths.
  value?.startsWith("/") ? value : fallback;

export function paths(env: Environment = process.env): Paths {
  const home = env["HOME"] ?? homedir();
  const cache = join(folder(env["XDG_CACHE_HOME"], join(home, ".cache")), "strata");
  const state = join(folder(env["XDG_STATE_HOME"], join(home, ".local", "state")), "strata");
  const pulumiHome = join(cache, "pulumi-home");
  return {
    cache,
    state,
    bin: join(cache, "bin"),
    pulumiHome,
    backend: join(state, "backend"),
    images: join(cache, "images"),
    charts: join(cache, "charts"),
    logs: join(cache, "logs"),
    locks: join(cache, "locks"),
    history: join(state, "history"),
    passphrase: join(state, "passphrase"),
    cluster: (name) => join(state, "clusters", name),
    stack: (name) => join(state, "stacks", name),
    pulumiBin: (version) => join(pulumiHome, "versions", version, "bin"),
  };
}
