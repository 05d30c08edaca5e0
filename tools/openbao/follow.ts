// Waits for what the operator does, and prints every change of it once, with the time.
import { duration } from "../terminal/duration.ts";
import { type Failure, Interrupted, OperationFailed } from "./failure.ts";
import type { World } from "./world.ts";

export interface Verdict {
  readonly state: "waiting" | "done" | "failed";
  /** What is the case now, a fact a line. One that was not the case in the look before is printed. */
  readonly seen: readonly string[];
  /** Of a failed one. */
  readonly failure?: Failure;
}

export const waiting = (...seen: string[]): Verdict => ({ state: "waiting", seen });
export const done = (...seen: string[]): Verdict => ({ state: "done", seen });
export const failed = (failure: Failure, ...seen: string[]): Verdict => ({ state: "failed", seen, failure });

const everyMs = 1000;

/** 12:00:03 what was seen */
export const tell = (world: World, line: string): void =>
  world.say(`${new Date(world.now()).toISOString().slice(11, 19)}  ${line}`);

export interface FollowArgs {
  /** In the message when time is up: "The backup". */
  readonly what: string;
  readonly timeoutSeconds: number;
  /** When time is up. A sentence without its full stop. */
  readonly next: string;
  look(): Promise<Verdict>;
}

/**
 * Looks once a second until the verdict is done.
 *
 * @returns milliseconds that it took.
 * @throws OperationFailed when it failed or time is up, Interrupted on Ctrl-C.
 */
export const follow = async (world: World, { what, timeoutSeconds, next, look }: FollowArgs): Promise<number> => {
  const started = world.now();
  let before: readonly string[] = [];
  for (;;) {
    const { state, seen, failure } = await look();
    for (const line of seen) if (!before.includes(line)) tell(world, line);
    before = seen;
    if (state === "done") return world.now() - started;
    if (failure) throw new OperationFailed(failure);
    if (world.interrupted.aborted) throw new Interrupted(`${what} was interrupted`);
    if (world.now() - started >= timeoutSeconds * 1000)
      throw new OperationFailed({
        what: `${what} was not over within ${duration(timeoutSeconds * 1000)}`,
        message: `Last seen: ${seen.join("; ") || "nothing"}`,
        next,
      });
    await world.sleep(everyMs);
  }
};

/**
 * Repeats what may fail for a while, because replicas restart: a connection that breaks, a server that is not unsealed yet.
 *
 * @throws what it threw last when the time is up.
 */
export const patiently = async <T>(world: World, seconds: number, attempt: () => Promise<T>): Promise<T> => {
  const end = world.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (world.now() >= end || world.interrupted.aborted) throw error;
    }
    await world.sleep(everyMs);
  }
};
