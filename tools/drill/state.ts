// How far a drill has come: written after every step, so that the next run goes on from there.
import { z } from "zod";
import { UserError } from "../../lib/errors.ts";

const Target = z.looseObject({ stack: z.string() });

const State = z.strictObject({
  version: z.literal(1),
  /** drill-20260301-120000: in the names of all that it makes. */
  id: z.string(),
  startedAt: z.string(),
  target: Target,
  /** Text that the stack file had before. */
  stackFile: z.string(),
  done: z.record(z.string(), z.strictObject({ ms: z.number(), detail: z.string(), skipped: z.boolean() })),
  /** What later steps compare with: no secret among them, digests at most. */
  facts: z.record(z.string(), z.string()),
});

export type DrillState = z.output<typeof State>;

export interface StateStore {
  read(): string | undefined;
  write(text: string): void;
  remove(): void;
}

/** @throws UserError for a file that an older drill, or a hand, left behind. */
export const loadState = (store: StateStore, where: string): DrillState | undefined => {
  const text = store.read();
  if (text === undefined) return undefined;
  try {
    return State.parse(JSON.parse(text));
  } catch {
    throw new UserError(
      `${where} is not the state of a drill. Look at it, and begin anew with: npm run drill -- STACK --yes --restart`,
    );
  }
};

export const saveState = (store: StateStore, state: DrillState): void =>
  store.write(`${JSON.stringify(state, null, 2)}\n`);

const pad = (n: number): string => String(n).padStart(2, "0");

/** Fits into the name of a Job, a snapshot and an object. */
export const drillId = (now: Date): string =>
  `drill-${now.getUTCFullYear()}${pad(now.getUTCMonth() + 1)}${pad(now.getUTCDate())}-${pad(now.getUTCHours())}${pad(now.getUTCMinutes())}${pad(now.getUTCSeconds())}`;
