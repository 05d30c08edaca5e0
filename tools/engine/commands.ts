// The engine commands that strata wraps: up, preview and destroy, on the same environment and state, with one way of showing them.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import colors from "picocolors";
import type { RunRecord } from "../report/record.ts";
import { openRecorder } from "../report/recorder.ts";
import { duration } from "../terminal/duration.ts";
import { type Screen, withoutLines } from "../terminal/live.ts";
import { paths } from "../toolchain/paths.ts";
import { watchDisk } from "./disk.ts";
import { Display } from "./display.ts";
import { policyFlags } from "./policy.ts";
import { Progress } from "./progress.ts";
import { cleanMessage, describeCounts, describeFailures, remedyFor } from "./report.ts";
import { type EngineResult, runEngine } from "./run.ts";
import { lastingTmpdir, openScratch } from "./scratch.ts";
import { keepStateCopy, type Session } from "./session.ts";

export type Action = "up" | "preview" | "destroy";

/** Operations at once: nearly all of them wait for something, and the engine's default of 4 per core leaves them queueing. */
const parallel = 64;

const flags: Readonly<Record<Action, readonly string[]>> = {
  // One image that can't be had must not keep the rest of the platform away.
  up: ["up", "--yes", "--skip-preview", "--continue-on-error"],
  preview: ["preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

export interface Outcome {
  readonly result: EngineResult;
  readonly progress: Progress;
  /** Milliseconds of the whole engine run. */
  readonly elapsed: number;
  /** Record of an up or a destroy; undefined where it could not be made. */
  readonly record: RunRecord | undefined;
}

export interface RunOptions {
  /** Flags that go on to Pulumi. */
  readonly extra?: readonly string[];
  /** What started it, for the record. Default: start, in CI ci. */
  readonly purpose?: RunRecord["purpose"];
  /** Leave no line behind of what went well. */
  readonly quiet?: boolean;
}

/** Runs an engine command on a session's stack, shows it while it goes, and records an up or a destroy. */
export async function runAction(
  action: Action,
  session: Session,
  screen: Screen,
  { extra = [], purpose = process.env["CI"] ? "ci" : "start", quiet = false }: RunOptions = {},
): Promise<Outcome> {
  const scratch = openScratch(paths());
  const progress = new Progress();
  const started = performance.now();
  const clock = (): number => performance.now() - started;
  const display = new Display(quiet ? withoutLines(screen) : screen, progress, clock, action);
  mkdirSync(session.folder, { recursive: true });
  const warn = (line: string): void => screen.print(colors.dim(`  ${line}`));
  const recorder = action === "preview" ? undefined : openRecorder({ action, session, purpose, clock, warn });
  const stopWatching = watchDisk(session.folder, (text) => screen.print(colors.yellow(`  ! ${text}`)));
  try {
    const result = await runEngine({
      pulumi: session.pulumi,
      args: [
        ...flags[action],
        ...["--stack", session.name, "--config-file", session.configFile, "--parallel", String(parallel)],
        ...["--non-interactive", "--color", "never"],
        ...(action === "preview" ? policyFlags(session.root) : []),
        ...extra,
      ],
      env: {
        // Engine and plugins live for seconds: collecting garbage less often saves a thirtieth of the processor time (measured).
        GOGC: "400",
        ...process.env,
        ...session.variables,
        ...recorder?.variables,
        // Otherwise tools/preload.mjs drops what the SDK has to say.
        ...(extra.some((flag) => flag === "--debug" || flag === "-d") && { STRATA_DEBUG: "true" }),
        TMPDIR: scratch.folder,
        // For processes that outlive the run: the private folder is gone by then.
        STRATA_TMPDIR: lastingTmpdir(),
      },
      cwd: session.root,
      folder: session.folder,
      onEvent: (event, at) => {
        progress.add(event, at);
        recorder?.add(event, at);
      },
      onInterrupt: (times) =>
        screen.print(
          times === 1
            ? colors.yellow("  Stopping: what is under way may end. Press Ctrl-C again to stop at once.")
            : colors.yellow("  Stopping at once."),
        ),
    });
    const elapsed = clock();
    if (action === "up") keepStateCopy(session);
    const record = await recorder?.end({ result, progress, elapsed });
    return { result, progress, elapsed, record };
  } finally {
    recorder?.close();
    stopWatching();
    display.close();
    scratch.remove();
  }
}

/** The part of the closing text that every command shares; returns its exit code. */
export function conclude(
  action: Action,
  { result, progress, elapsed }: Pick<Outcome, "result" | "progress" | "elapsed">,
  session: Session,
  screen: Screen,
): number {
  if (result.code === 0) {
    screen.print("");
    screen.print(
      `${colors.green("✓")} ${session.name} ${done[action]} in ${duration(elapsed)}: ${describeCounts(progress.counts, action === "preview" ? "planned" : "done")}`,
    );
    return 0;
  }
  screen.print("");
  if (result.interrupted) {
    screen.print(
      `${colors.yellow("■")} ${session.name} was interrupted after ${duration(elapsed)}. ${result.killed ? "The engine was killed; the" : "The"} next run goes on from here: npm start`,
    );
    return 130;
  }
  screen.print(
    `${colors.red("✗")} ${session.name} failed after ${duration(elapsed)}: ${describeCounts(progress.counts, action === "preview" ? "planned" : "done")}`,
  );
  screen.print("");
  const told = describeFailures(progress.failures);
  const remedy = remedyFor(result.tail);
  const lines =
    told.length > 0
      ? told
      : [
          ...cleanMessage(result.tail)
            .split("\n")
            .slice(-12)
            .map((line) => `  ${line}`),
          ...(remedy === undefined ? [] : [`  → ${remedy}`]),
        ];
  for (const line of lines) screen.print(line);
  const crash = crashText(progress);
  if (crash !== "") appendFileSync(join(session.folder, "engine.log"), crash);
  screen.print("");
  screen.print(
    `What is done stays done: correct it and run the same command again. Whole log: ${join(session.folder, "engine.log")}`,
  );
  return 1;
}

const done: Readonly<Record<Action, string>> = { up: "is up", preview: "previewed", destroy: "is gone" };

/** Errors as the engine gave them, traces included: the log keeps what the screen leaves out. */
const crashText = (progress: Progress): string =>
  progress.failures.flatMap(({ urn, messages }) => messages.map((message) => `\n[${urn}]\n${message}\n`)).join("");
