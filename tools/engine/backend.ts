// Which Pulumi backend a run uses: the one that the user chose, else a local folder of strata's own.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment, Paths } from "../toolchain/paths.ts";

export type Backend =
  /** A folder on this machine that strata looks after: locks and pending operations included. */
  | { readonly kind: "local"; readonly folder: string }
  /** What the user logged in to, or named in the environment. */
  | { readonly kind: "user"; readonly url: string; readonly because: string };

interface Credentials {
  /** Backend that `pulumi login` chose; absent or empty after a logout. */
  readonly current?: string;
}

/** Folder that holds the user's own credentials.json. */
export const credentialsFolder = (env: Environment): string =>
  env["PULUMI_CREDENTIALS_PATH"] ?? env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");

export function readCredentials(env: Environment): Credentials | undefined {
  try {
    return JSON.parse(readFileSync(join(credentialsFolder(env), "credentials.json"), "utf8")) as Credentials;
  } catch {
    return undefined;
  }
}

/** The same order as Pulumi's own: the environment first, then what the user is logged in to. */
export function chooseBackend(env: Environment, credentials: Credentials | undefined, where: Paths): Backend {
  const url = env["PULUMI_BACKEND_URL"];
  // Set by `npm run env`: our own folder, and not a choice of the user's.
  if (url === `file://${where.backend}`) return { kind: "local", folder: where.backend };
  if (url) return { kind: "user", url, because: "PULUMI_BACKEND_URL is set" };
  if (env["PULUMI_ACCESS_TOKEN"])
    return {
      kind: "user",
      url: credentials?.current || "https://api.pulumi.com",
      because: "PULUMI_ACCESS_TOKEN is set",
    };
  if (credentials?.current) return { kind: "user", url: credentials.current, because: "you are logged in to it" };
  return { kind: "local", folder: where.backend };
}

/** Folder of a backend on this machine, whoever chose it; undefined for one elsewhere. */
export function backendFolder(backend: Backend, env: Environment): string | undefined {
  if (backend.kind === "local") return backend.folder;
  if (!backend.url.startsWith("file://")) return undefined;
  const path = backend.url.slice("file://".length).split("?")[0] ?? "";
  return path === "~" || path.startsWith("~/") ? join(env["HOME"] ?? homedir(), path.slice(1)) : path;
}
