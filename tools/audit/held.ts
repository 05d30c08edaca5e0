// Files that hold a secret because it is theirs to hold, with the reason. Their content is no finding; who else may read them is.
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Paths } from "../toolchain/paths.ts";
import { filesBelow } from "./files.ts";

export interface HeldPlace {
  /** Files below strata's state folder. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly reason: string;
}

export const heldPlaces: readonly HeldPlace[] = [
  {
    pattern: /^passphrase$/,
    what: "passphrase",
    reason: "decrypts the state of the file backend",
  },
  {
    pattern: /^clusters\/[^/]+\/kubeconfig$/,
    what: "kubeconfig",
    reason: "kubectl and the commands log in with it",
  },
  {
    pattern: /^clusters\/[^/]+\/kwok\/(.*\/)?(pki\/|kubeconfig(\.yaml)?$)/,
    what: "keys of the embedded cluster",
    reason: "its API server signs with them",
  },
  {
    pattern: /^clusters\/[^/]+\/kwok\/.*\/etcd\//,
    what: "database of the embedded cluster",
    reason: "etcd keeps Secrets as they are; thrown away with the cluster",
  },
];

/** Undefined for a file that may hold no secret. `path` is relative to strata's state folder. */
export const heldAs = (path: string, places = heldPlaces): HeldPlace | undefined =>
  places.find(({ pattern }) => pattern.test(path));

const readByOthers = 0o044;
const enteredByOthers = 0o011;

/**
 * Whether another user of the machine could open a file: its own mode lets them, and every folder above it does too.
 *
 * @returns the file's mode in octal, such as "0600", and the folder that keeps others out where the file does not.
 */
export function accessOf(path: string): { readonly mode: string; readonly open: boolean; readonly closedBy?: string } {
  const bits = (of: string): number => lstatSync(of).mode & 0o777;
  const own = bits(path);
  const mode = `0${own.toString(8)}`;
  if ((own & readByOthers) === 0) return { mode, open: false };
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((bits(folder) & enteredByOthers) === 0) return { mode, open: false, closedBy: folder };
    if (folder === dirname(folder)) return { mode, open: true };
  }
}

export interface HeldFile {
  readonly path: string;
  /** Relative to the state folder. */
  readonly name: string;
  readonly place: HeldPlace;
}

/** Every file of the state folder that is in the table. */
export const heldFiles = (where: Paths): readonly HeldFile[] =>
  filesBelow(where.state)
    .map((path) => ({ path, name: path.slice(join(where.state, "/").length) }))
    .flatMap(({ path, name }) => {
      const place = heldAs(name);
      return place ? [{ path, name, place }] : [];
    });
