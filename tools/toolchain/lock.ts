// One strata process at a time per lock; a lock whose owner is gone is taken over.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface LockOwner {
  readonly pid: number;
  readonly host: string;
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const readOwner = (file: string): LockOwner | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockOwner;
  } catch {
    return undefined;
  }
};

const tryAcquire = (file: string): boolean => {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname() } satisfies LockOwner));
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
};

/** Two processes may take over the same dead lock at the same moment; the later one wins, and the earlier one must notice. */
const stillOurs = async (file: string): Promise<boolean> => {
  await sleep(25);
  const owner = readOwner(file);
  return owner?.pid === process.pid && owner.host === hostname();
};

/**
 * Runs `work` while holding the lock file; waits for a living owner, of which `onWait` is told once.
 * Locks of other hosts (a shared home folder) are waited for, never taken over.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: (owner: LockOwner) => void = () => undefined,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  let unreadable = 0;
  while (!(tryAcquire(file) && (await stillOurs(file)))) {
    const owner = readOwner(file);
    if (owner === undefined) {
      // Between its creation and its first byte a lock is empty; one that stays empty was left by a crash.
      unreadable += 1;
      if (unreadable > 20) rmSync(file, { force: true });
    } else if (owner.host === hostname() && !isAlive(owner.pid)) rmSync(file, { force: true });
    else if (!told) {
      told = true;
      onWait(owner);
    }
    await sleep(100);
  }
  const release = (): void => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}
