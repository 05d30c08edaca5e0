// The watchdog of a time to live: a few lines of shell in a session of their own, which outlive terminals and cost a megabyte.
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { type Environment, repository } from "../toolchain/paths.ts";
import { deadlineFile } from "./memory.ts";

/**
 * $1 is the file with the deadline, $2 Node, $3 tools/cluster.ts, $4 the cluster.
 *
 * It looks at the clock every 30 s, because a sleep does not count while a laptop is closed, and reads the deadline each time,
 * because every `up` moves it. No file, no cluster: it ends. A removal that failed (engine off) is tried again every minute.
 */
export const watchScript = `
while at=$(cat "$1" 2>/dev/null) && [ -n "$at" ]; do
  left=$((at - $(date +%s)))
  if [ "$left" -gt 30 ]; then sleep 30
  elif [ "$left" -gt 0 ]; then sleep "$left"
  elif [ ! -f "$3" ]; then exit 0
  else "$2" "$3" expire "$4" || sleep 60; sleep 1
  fi
done`;

/** What tells this cluster's watchdog from any other process, in its command line. */
export const watchMark = (folder: string): string => join(folder, deadlineFile);

const kept = /^(PATH|HOME|USER|LOGNAME|LANG|TMPDIR|TZ|KUBECONFIG|SSH_AUTH_SOCK|(LC|XDG|DOCKER|CONTAINER|KIND)_\w+)$/;

/** It lives for hours: no passphrase or token of the run that started it stays with it, nor a temporary folder that ends with it. */
export const watchEnvironment = (env: Environment): Record<string, string | undefined> => {
  const lasting = env["STRATA_TMPDIR"];
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name))),
    ...(lasting !== undefined && { TMPDIR: lasting }),
  };
};

/** Starts it and returns its process id. */
export const startWatch = (folder: string, name: string): number => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, "watch.log"), "a", 0o600);
  const cli = join(repository, "tools", "cluster.mjs");
  const child = spawn(
    "/bin/sh",
    ["-c", watchScript, "strata-watch", watchMark(folder), process.execPath, cli, name],
    // A session of its own: neither a closed terminal nor the end of the engine's process group reaches it.
    { cwd: repository, env: watchEnvironment(process.env), stdio: ["ignore", log, log], detached: true },
  );
  // Without a shell there is no watchdog, and no reason for the run to fail.
  child.on("error", () => undefined);
  child.unref();
  return child.pid ?? 0;
};
