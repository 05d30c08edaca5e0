// Locks of a file backend: one that a killed run left is cleared, one that somebody holds is explained.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { duration } from "../terminal/duration.ts";
import { capture } from "../terminal/process.ts";
import { isAlive } from "../toolchain/lock.ts";

/** What Pulumi writes into a lock file. */
export interface StackLock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

export interface Machine {
  readonly hostname: string;
  isAlive(pid: number): boolean;
  /** Command line of a process; undefined where it can't be read. */
  command(pid: number): Promise<string | undefined>;
}

export type Verdict = "dead" | "held" | "elsewhere";

/** A process id is used again after a while: a living process that is no Pulumi does not hold the lock. */
export async function judge(lock: StackLock, machine: Machine): Promise<Verdict> {
  if (lock.hostname !== machine.hostname) return "elsewhere";
  if (!machine.isAlive(lock.pid)) return "dead";
  const command = await machine.command(lock.pid);
  return command !== undefined && !/pulumi/i.test(command) ? "dead" : "held";
}

/** What the user is told of a lock that is not ours to clear. */
export function explainLock(lock: StackLock, verdict: Exclude<Verdict, "dead">, stack: string, now: number): string {
  const since = Date.parse(lock.timestamp);
  const age = Number.isNaN(since) ? "" : `, since ${duration(now - since)}`;
  return verdict === "held"
    ? `Another run works on the stack ${stack}: process ${lock.pid} of ${lock.username}${age}.\nWait for it, or stop it (kill ${lock.pid}), then run the same command again.`
    : `The stack ${stack} is locked by process ${lock.pid} of ${lock.username} on another machine (${lock.hostname})${age}.\nIf that run is over, clear its lock: npx pulumi cancel -s ${stack}`;
}

const commandOf = async (pid: number): Promise<string | undefined> => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    const { code, stdout } = await capture("ps", ["-o", "command=", "-p", String(pid)]);
    return code === 0 ? stdout : undefined;
  }
};

export const thisMachine: Machine = { hostname: hostname(), isAlive, command: commandOf };

/** Folder of a stack's locks in a file backend. */
export const lockFolder = (backend: string, project: string, stack: string): string =>
  join(backend, ".pulumi", "locks", "organization", project, stack);

/**
 * Clears the locks of runs that are gone, and returns how many there were.
 *
 * Throws a UserError where a run is alive, or on another machine.
 */
export async function clearDeadLocks(folder: string, stack: string, machine: Machine = thisMachine): Promise<number> {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  } catch {
    return 0;
  }
  let cleared = 0;
  for (const file of files) {
    const path = join(folder, file);
    let lock: StackLock;
    try {
      lock = JSON.parse(readFileSync(path, "utf8")) as StackLock;
    } catch {
      // Killed between creating and writing it, or gone by now.
      rmSync(path, { force: true });
      cleared += 1;
      continue;
    }
    const verdict = await judge(lock, machine);
    if (verdict !== "dead") throw new UserError(explainLock(lock, verdict, stack, Date.now()));
    rmSync(path, { force: true });
    cleared += 1;
  }
  return cleared;
}
