// Records a run while it goes: what it needs is made ready while the engine works, and a failure to record is one line.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isContainerKind } from "../../lib/cluster-kinds.ts";
import type { EngineEvent } from "../engine/events.ts";
import type { Progress } from "../engine/progress.ts";
import type { EngineResult } from "../engine/run.ts";
import { exportState, parseState, readStateText, type Session } from "../engine/session.ts";
import { Timeline } from "../engine/timeline.ts";
import { paths } from "../toolchain/paths.ts";
import { imageLogVariable } from "./image-log.ts";
import type { ManualStep, RunRecord } from "./record.ts";
import { intervalMs, startSampler } from "./sampler.ts";

export interface RecorderArgs {
  readonly action: RunRecord["action"];
  readonly session: Session;
  readonly purpose: RunRecord["purpose"];
  /** Milliseconds of the run. */
  readonly clock: () => number;
  readonly warn: (line: string) => void;
}

export interface Ended {
  readonly result: EngineResult;
  readonly progress: Progress;
  readonly elapsed: number;
}

export interface Recorder {
  /** For the engine's environment. */
  readonly variables: Readonly<Record<string, string>>;
  add(event: EngineEvent, at: number): void;
  /** Writes the record into the history. Never throws. */
  end(ended: Ended): Promise<RunRecord | undefined>;
  /** Ends the sampling of a run that broke off. */
  close(): void;
}

/** By then the engine has been started: it must not share the processor with our preparations. */
const preparationDelayMs = 300;

const strataVersion = (root: string): string =>
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;

/** Product and version of the container engine that the cluster runs on. */
async function engineOf(cluster: string): Promise<string | undefined> {
  if (!isContainerKind(cluster)) return undefined;
  const { engineFacts } = await import("../doctor/engine.ts");
  const engine = await engineFacts();
  return engine.state === "running" ? `${engine.product} ${engine.version}` : undefined;
}

/** Everything that takes a module or a process, loaded or asked while the engine works. */
async function prepare({ session }: RecorderArgs, warn: (line: string) => void) {
  await sleep(preparationDelayMs);
  const [build, history, { machine }, { readImageLog }, { commitOf }, { readManualSteps }] = await Promise.all([
    import("./build.ts"),
    import("./history.ts"),
    import("./machine.ts"),
    import("./image-log.ts"),
    import("./commit.ts"),
    import("./manual-steps.ts"),
  ]);
  const manualSteps = (): ManualStep[] => {
    try {
      return readManualSteps(session.root);
    } catch (error) {
      warn(`The manual steps are not recorded: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
  const [commit, engine] = await Promise.all([
    commitOf(session.root),
    engineOf(session.cluster).catch(() => undefined),
  ]);
  return {
    build,
    history,
    readImageLog,
    commit,
    manualSteps: manualSteps(),
    machine: { ...machine(), ...(engine && { engine }) },
  };
}

const outcomeOf = ({ interrupted, code }: EngineResult): RunRecord["outcome"] =>
  interrupted ? "interrupted" : code === 0 ? "succeeded" : "failed";

/** Undefined where nothing can be recorded, which is told. */
export function openRecorder(args: RecorderArgs): Recorder | undefined {
  try {
    return record(args);
  } catch (error) {
    args.warn(unrecorded(error));
    return undefined;
  }
}

const unrecorded = (error: unknown): string =>
  `This run is not in the history: ${error instanceof Error ? error.message : String(error)}`;

function record(args: RecorderArgs): Recorder {
  const { action, session, purpose, clock, warn } = args;
  const startedAt = new Date().toISOString();
  const timeline = new Timeline();
  const sampler = startSampler(clock);
  const imageLog = join(session.folder, "images.jsonl");
  rmSync(imageLog, { force: true });
  // Kept as text: only a destroy, or an up that deletes, has to know what was there.
  const before = readStateText(session.backend, session.name);
  const prepared = prepare(args, warn).catch((error: unknown) => error as Error);

  const write = async ({ result, progress, elapsed }: Ended): Promise<RunRecord> => {
    const samples = sampler.stop();
    const ready = await prepared;
    if (ready instanceof Error) throw ready;
    const { build, history, readImageLog, commit, manualSteps, machine } = ready;
    const needsOld = timeline.steps.some(({ op }) => op.startsWith("delete")) || session.cluster === "existing";
    const changed = Object.keys(progress.counts).some((op) => op !== "same");
    const run = build.buildRecord({
      about: {
        action,
        stack: session.name,
        cluster: session.cluster,
        purpose,
        outcome: outcomeOf(result),
        startedAt,
        durationMs: elapsed,
        ...(commit && { commit }),
        machine,
        counts: progress.counts,
        host: { intervalMs, samples: [...samples] },
        manualSteps,
      },
      versions: { strata: strataVersion(session.root), node: process.versions.node, plugins: session.plugins },
      steps: timeline.steps,
      parents: timeline.parents,
      firstMs: timeline.firstMs,
      before: needsOld ? parseState(before) : undefined,
      after:
        parseState(readStateText(session.backend, session.name)) ??
        // A report without what the state knows is better than none.
        (changed ? await exportState(session).catch(() => undefined) : undefined),
      failures: progress.failures,
      images: readImageLog(imageLog),
      outputs: progress.outputs,
    });
    history.writeRun(history.historyFolder(paths(), session.name, machine.fingerprint), run);
    return run;
  };

  return {
    variables: { [imageLogVariable]: imageLog },
    add: (event, at) => timeline.add(event, at),
    end: async (ended) => {
      try {
        return await write(ended);
      } catch (error) {
        warn(unrecorded(error));
        return undefined;
      }
    },
    close: () => void sampler.stop(),
  };
}
