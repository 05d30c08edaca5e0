// What every stack command shares: its arguments, the choice between the stack's own cluster and a rehearsal, and an open session.
import { parseArgs } from "node:util";
import colors from "picocolors";
import { isContainerKind, isLocalKind } from "../lib/cluster-kinds.ts";
import { UserError } from "../lib/errors.ts";
import { openStore } from "./cluster/memory.ts";
import type { EngineFacts } from "./doctor/facts.ts";
import type { GatherArgs } from "./doctor/gather.ts";
import {
  clusterSection,
  openSession,
  readStackName,
  recover,
  type Session,
  stackName,
  type Variant,
  withoutCheckpoints,
} from "./engine/session.ts";
import { readStackFile, stackFolder, stackNames } from "./engine/stack-file.ts";
import { openScreen, type Screen, Steps } from "./terminal/live.ts";
import type { Toolchain } from "./toolchain/ensure.ts";
import { paths } from "./toolchain/paths.ts";
import { offlineNotice } from "./toolchain/plugins.ts";
import { Reach } from "./toolchain/reach.ts";

export interface Command {
  readonly stack: string;
  readonly rehearse: boolean;
  /** A bench's own stack, beside the user's. */
  readonly variant?: Variant;
  /** Flags that go on to Pulumi. */
  readonly extra: readonly string[];
}

/** `[stack] [--rehearse] [-- pulumi flags]`; the stack may be named as it is in Pulumi: dev-fast-rehearsal, dev-fast-bench. */
export function parseCommand(args: readonly string[], rehearse = false): Command {
  const split = args.indexOf("--");
  const own = split < 0 ? args : args.slice(0, split);
  const extra = split < 0 ? [] : args.slice(split + 1);
  try {
    const { values, positionals } = parseArgs({
      args: [...own],
      options: { rehearse: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`Only one stack at a time, not ${positionals.join(" and ")}`);
    const [name = "dev-fast"] = positionals;
    const { stack, rehearse: named, variant } = readStackName(name, stackNames(stackFolder()));
    return { stack, rehearse: rehearse || values.rehearse || named, ...(variant && { variant }), extra };
  } catch (error) {
    throw new UserError(
      `${error instanceof Error ? error.message : String(error)}\nUsage: npm start [-- STACK [--rehearse] [-- FLAGS OF PULUMI]]`,
    );
  }
}

export const openToolchain = (screen: Screen): Toolchain => ({
  steps: new Steps(screen),
  reach: new Reach({ offline: process.env["STRATA_OFFLINE"] === "1" }),
});

/** Why a stack on kind or k3d can't be had here, in words; undefined where the engine can be used. */
export const engineProblem = (engine: EngineFacts): string | undefined => {
  switch (engine.state) {
    case "running":
      return undefined;
    case "missing":
      return "there is no container engine on this machine (no docker command on PATH)";
    case "stopped":
      return `the container engine does not answer (${engine.message})`;
    case "denied":
      return "this user may not use the container engine's socket";
  }
};

const rehearsalNotice = (stack: string, problem: string): string =>
  [
    `${colors.yellow("Rehearsal:")} ${problem}.`,
    `So ${stack} comes up on the embedded cluster: a real API server with simulated nodes. Every object is created and checked,`,
    `and pods report Ready, but nothing runs in them: the URLs do not answer. For the real platform, start an engine (npm run doctor says how).`,
  ].join("\n");

/** Whether a cluster of the stack's own was created before: then a stopped engine is a mistake to correct, and no reason to rehearse. */
const remembered = (cluster: string): boolean => openStore(paths().cluster(cluster)).read() !== undefined;

/**
 * The command on what stands: `npm start` without a container engine brought up a rehearsal, and who then says
 * `npm run destroy` means that one. A stack with a cluster of its own, or with neither, stays what was asked for.
 */
export function onWhatStands(command: Command, stands: (cluster: string) => boolean = remembered): Command {
  if (command.rehearse) return command;
  const { kind, name } = clusterSection(readStackFile(stackFolder(), command.stack));
  const { stack, variant } = command;
  if (!isContainerKind(kind) || stands(name ?? `strata-${stackName(stack, false, variant)}`)) return command;
  return { ...command, rehearse: stands(`strata-${stackName(stack, true, variant)}`) };
}

export interface Opened {
  readonly session: Session;
  readonly rehearse: boolean;
  readonly screen: Screen;
}

/**
 * True for a cluster that a killed run may leave behind half made, since the next one builds it anew. What is in an account outlives
 * such a run, and so does what somebody else made: there the engine writes down its every step.
 */
export const isThrownAway = (kind: string, rehearse: boolean): boolean => rehearse || isLocalKind(kind);

/**
 * Opens a session for a stack command.
 *
 * `purpose: "change"` asks the container engine first, falls back to a rehearsal where there is none, and runs the doctor
 * where a cluster would be created; `"look"` needs neither.
 */
export async function openCommand(command: Command, purpose: "change" | "look" | "remove"): Promise<Opened> {
  const { stack, variant } = command;
  const file = readStackFile(stackFolder(), stack);
  const screen = await openScreen();
  let { rehearse } = command;
  let cold = false;
  if (purpose === "change") {
    const { kind, name } = clusterSection(file);
    const own = name ?? `strata-${stackName(stack, false, variant)}`;
    if (!rehearse && isContainerKind(kind) && !remembered(own)) {
      const { engineFacts } = await import("./doctor/engine.ts");
      const problem = engineProblem(await engineFacts());
      if (problem !== undefined) {
        rehearse = true;
        screen.print(rehearsalNotice(stack, problem));
        screen.print("");
      }
    }
    const created = remembered(rehearse ? `strata-${stackName(stack, true, variant)}` : own);
    cold = !created && isThrownAway(kind, rehearse);
    // An account may have changed since the last run: it is asked each time.
    if (cold || (!rehearse && kind === "eks")) await examine({ stack, rehearse, ...(variant && { variant }) }, screen);
  }
  const say = (line: string): void => screen.print(`  ${line}`);
  const session = await openSession({
    stack,
    rehearse,
    ...(variant && { variant }),
    toolchain: openToolchain(screen),
    say,
  });
  if (session.plugins === "offline") say(colors.dim(offlineNotice));
  await recover(session, say);
  return { session: cold ? withoutCheckpoints(session) : session, rehearse, screen };
}

/** The doctor before a cluster is created: silent where all is well, and an end where it can't work. */
async function examine(args: GatherArgs, screen: Screen): Promise<void> {
  const [{ gather }, { allChecks }, { renderProblems }] = await Promise.all([
    import("./doctor/gather.ts"),
    import("./doctor/checks.ts"),
    import("./doctor/table.ts"),
  ]);
  const checks = allChecks(await gather(args));
  for (const line of renderProblems(checks)) screen.print(line);
  if (checks.some(({ verdict }) => verdict === "FAIL"))
    throw new UserError("The cluster can't be created before that is corrected. The whole list: npm run doctor");
}
