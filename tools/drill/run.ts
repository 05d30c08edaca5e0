// Takes a drill from where it is to its end, or to the first step that fails. Every step's end is on disk before the next one begins.
import type { Machine } from "./machine.ts";
import { type DrillState, drillId, type StateStore, saveState } from "./state.ts";
import { type Step, stepsOf } from "./steps.ts";
import type { Target } from "./target.ts";

export interface StepRecord {
  readonly id: string;
  readonly title: string;
  readonly outcome: "done" | "skipped" | "failed" | "not reached";
  /** Of this run or, where the step was done before, of that one. */
  readonly durationMs: number;
  /** What was seen, why it was left out, or what broke. */
  readonly detail: string;
  /** Only of a failed step: what to do. */
  readonly remedy?: string;
}

export interface DrillRecord {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly stack: string;
  readonly outcome: "succeeded" | "failed";
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Sum of the steps: a drill that was resumed counts no pause. */
  readonly durationMs: number;
  readonly steps: readonly StepRecord[];
  /** What a human has to do. */
  readonly manual: readonly string[];
}

export const beginDrill = (target: Target, machine: Machine): DrillState => {
  const now = new Date(machine.now());
  return {
    version: 1,
    id: drillId(now),
    startedAt: now.toISOString(),
    target: { ...target },
    stackFile: machine.readStackFile(),
    done: {},
    facts: {},
  };
};

const manualSteps = (target: Target, id: string, failed: boolean): string[] => [
  failed
    ? "Do what the failed step's remedy says, and run the same command again: it goes on from there."
    : `Review and commit Pulumi.${target.stack}.yaml: it says what the stack was restored from.`,
  ...(target.database.kind === "rds" && !failed
    ? [`Delete the snapshots that are not needed: ${id}, and the final one of ${target.database.identifier}.`]
    : []),
];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export interface RunArgs {
  readonly state: DrillState;
  readonly machine: Machine;
  readonly store: StateStore;
  readonly say: (line: string) => void;
}

export const runDrill = async ({ state, machine, store, say }: RunArgs): Promise<DrillRecord> => {
  const target = state.target as unknown as Target;
  const steps = stepsOf(target, state.id);
  const context = { target, state, machine };
  saveState(store, state);
  let broken: StepRecord | undefined;
  for (const step of steps) {
    if (state.done[step.id]) {
      say(`done before: ${step.title}`);
      continue;
    }
    if (step.skipped !== undefined) {
      state.done[step.id] = { ms: 0, detail: step.skipped, skipped: true };
      say(`left out: ${step.title}: ${step.skipped}`);
    } else {
      say(`${step.title} ...`);
      const started = machine.now();
      try {
        const detail = await step.run(context);
        state.done[step.id] = { ms: machine.now() - started, detail, skipped: false };
      } catch (error) {
        broken = failedStep(step, machine.now() - started, messageOf(error));
      }
    }
    saveState(store, state);
    if (broken) break;
  }
  const records = steps.map((step) => (step.id === broken?.id ? broken : recordOf(step, state)));
  if (!broken) store.remove();
  return {
    schemaVersion: 1,
    id: state.id,
    stack: target.stack,
    outcome: broken ? "failed" : "succeeded",
    startedAt: state.startedAt,
    finishedAt: new Date(machine.now()).toISOString(),
    durationMs: records.reduce((sum, { durationMs }) => sum + durationMs, 0),
    steps: records,
    manual: manualSteps(target, state.id, broken !== undefined),
  };
};

const failedStep = ({ id, title, remedy }: Step, durationMs: number, detail: string): StepRecord => ({
  id,
  title,
  outcome: "failed",
  durationMs,
  detail,
  remedy,
});

const recordOf = ({ id, title }: Step, state: DrillState): StepRecord => {
  const done = state.done[id];
  if (!done) return { id, title, outcome: "not reached", durationMs: 0, detail: "" };
  return { id, title, outcome: done.skipped ? "skipped" : "done", durationMs: done.ms, detail: done.detail };
};
