// A cluster's time to live: the deadline is set by each `up`, watched over by a process of its own, and over at some time.
import { join } from "node:path";
import type { ClusterSpec } from "../../layers/cluster/spec.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { type Memory, openStore, withDeadlines } from "./memory.ts";
import { remove } from "./removal.ts";
import { watchMark } from "./watch.ts";

/** The same memory with the deadline that the stack file asks for, counted from now; without one where it asks for none. */
export const withDeadline = (memory: Memory, spec: Pick<ClusterSpec, "ttlSeconds">, now: number): Memory => {
  const { expires: _expires, ...rest } = memory;
  return spec.ttlSeconds === undefined ? rest : { ...rest, expires: now + spec.ttlSeconds * 1000 };
};

export const isOver = (memory: Pick<Memory, "expires"> | undefined, now: number): boolean =>
  memory?.expires !== undefined && now >= memory.expires;

/** Sees to it that somebody watches over the deadline; after a reboot nobody does. */
export const arm = ({ host, store }: Pick<Lifecycle, "host" | "store">): void => {
  const memory = store.read();
  if (memory?.expires === undefined || memory.phase === "expired" || memory.phase === "creating") return;
  const watcher = store.watcher();
  // One that lives reads the deadline anew by itself.
  if (watcher !== undefined && host.isRunning(watcher, watchMark(store.folder))) return;
  store.writeWatcher(host.startWatch(store.folder, memory.name));
};

/** Counts the time to live of a cluster from now on. */
export const renew = (lifecycle: Pick<Lifecycle, "host" | "store">, spec: Pick<ClusterSpec, "ttlSeconds">): void => {
  const { host, store } = lifecycle;
  const memory = store.read();
  if (memory?.phase !== "ready" || (memory.expires === undefined && spec.ttlSeconds === undefined)) return;
  store.write(withDeadline(memory, spec, host.now()));
  arm(lifecycle);
};

/**
 * Removes the cluster if its time is over, and leaves a note of when that was. Returns whether it did.
 *
 * Pulumi's state stays as it is: the next `up` finds the cluster gone and replaces it, a destroy has nothing to ask.
 */
export const expire = async (lifecycle: Lifecycle, timeoutSeconds: number): Promise<boolean> => {
  const { host, store } = lifecycle;
  const memory = store.read();
  if (memory === undefined || memory.phase === "expired" || !isOver(memory, host.now())) return false;
  const { kind, name, incarnation, hash, expires = 0 } = memory;
  host.say(`The time to live of ${name} is over: removing it`);
  const note: Memory = { kind, name, incarnation, hash, phase: "expired", nodes: [], creators: [], expires };
  await remove(lifecycle, timeoutSeconds, note);
  return true;
};

/** Arms every cluster of this machine that has a deadline and nobody to watch over it. */
export const armAll = (folder: string, host: Lifecycle["host"]): void => {
  for (const name of withDeadlines(folder)) arm({ host, store: openStore(join(folder, name)) });
};

/** "today at 18:30", "on 2026-11-22 at 02:30": the clock of this machine. */
export const describeTime = (time: number, now: number): string => {
  const [at, today] = [new Date(time), new Date(now)];
  const pad = (n: number): string => String(n).padStart(2, "0");
  const day = (date: Date): string => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  return day(at) === day(today) ? `today at ${clock}` : `on ${day(at)} at ${clock}`;
};
