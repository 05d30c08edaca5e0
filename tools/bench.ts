// `npm run bench -- [runs] [stack]`: cold and warm runs on a stack of its own, their statistics, and whether they got slower.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { type BenchArgs, parseBench } from "./bench/arguments.ts";
import { openFloor } from "./bench/floor.ts";
import { type Kind, plan } from "./bench/plan.ts";
import { type Measured, runBench, type Side } from "./bench/run.ts";
import type { Bench, BenchSide } from "./bench/schema.ts";
import { summarizeFloor, summarizeGroup } from "./bench/summarize.ts";
import { floorTable, groupTable, ratioTable } from "./bench/table.ts";
import { benchVersion } from "./bench/version.ts";
import { openWorktree, type Worktree } from "./bench/worktree.ts";
import { openCommand, openToolchain } from "./command.ts";
import { clusterSection, openSession, recover } from "./engine/session.ts";
import { readStackFile, stackFolder } from "./engine/stack-file.ts";
import { runId } from "./report/build.ts";
import { comparable, historyFolder } from "./report/history.ts";
import { machine } from "./report/machine.ts";
import type { RunRecord } from "./report/record.ts";
import { type Comparison, compareRuns } from "./report/regression.ts";
import { growthText, verdict } from "./report/summary.ts";
import type { Screen } from "./terminal/live.ts";
import { paths } from "./toolchain/paths.ts";

/** A bench destroys what it measures, so it must have a cluster that nobody else uses. */
function requireOwnCluster({ stack, rehearse }: BenchArgs): void {
  const { kind, name } = clusterSection(readStackFile(stackFolder(), stack));
  if (rehearse) return;
  if (kind === "existing")
    throw new UserError(
      `${stack} is on a cluster that somebody else made, and a bench would destroy what is on it. To bench the rest of it: npm run bench -- ${stack} --rehearse`,
    );
  if (kind === "eks")
    throw new UserError(
      `${stack} is on AWS, where each run of a bench would make and destroy a whole cluster, for most of an hour and for money. To bench the rest of it: npm run bench -- ${stack} --rehearse`,
    );
  if (name !== undefined)
    throw new UserError(
      `Pulumi.${stack}.yaml names its cluster (${name}), so a bench would share it with your own stack. Remove strata:cluster.name, or bench a rehearsal: npm run bench -- ${stack} --rehearse`,
    );
}

const kinds: readonly Kind[] = ["cold", "warm", "destroy"];

/** Runs that the bench is judged by: those of before, on the same machine. */
function compareWithHistory(
  kind: Kind,
  good: readonly RunRecord[],
  startedAt: string,
  thresholdPercent: number,
): Comparison | undefined {
  const [first] = good;
  if (first === undefined || kind === "destroy") return undefined;
  const { stack, cluster, temperature, action } = first;
  const folder = historyFolder(paths(), stack, first.machine.fingerprint);
  const history = comparable(folder, { id: runId(startedAt, action), cluster, temperature, action });
  return compareRuns(good, history, { thresholdPercent });
}

function summarizeSide(name: string, measured: readonly Measured[], startedAt: string, args: BenchArgs) {
  const comparisons: { readonly kind: Kind; readonly comparison: Comparison }[] = [];
  const groups = kinds.flatMap((kind) => {
    const own = measured.filter(({ step }) => step.kind === kind);
    if (own.length === 0) return [];
    const records = own.flatMap(({ record, problem }) => (record && problem === undefined ? [record] : []));
    const good = records.filter(({ outcome }) => outcome === "succeeded");
    const comparison = compareWithHistory(kind, good, startedAt, args.thresholdPercent);
    if (comparison) comparisons.push({ kind, comparison });
    return [summarizeGroup({ kind, records, lost: own.length - records.length, comparison })];
  });
  const commit = measured.find(({ record }) => record?.commit)?.record?.commit;
  const side: BenchSide = { name, ...(commit && { commit }), groups };
  return { side, comparisons };
}

/** What grew less than that is not worth a line where the whole did not get slower. */
const worthMs = 1000;

function historyLines(kind: Kind, comparison: Comparison): readonly string[] {
  const { regressed, grown } = comparison;
  const told = regressed ? grown : grown.filter(({ deltaMs }) => deltaMs >= worthMs);
  return [
    regressed
      ? colors.red(`✗ REGRESSION, ${kind}: ${verdict(comparison)}`)
      : `${colors.green("✓")} ${kind}: ${verdict(comparison)}`,
    ...told.map((growth) => `    ${growthText(growth)}`),
  ];
}

async function openSides(args: BenchArgs, worktree: Worktree | undefined, screen: Screen, own: Side): Promise<Side[]> {
  if (worktree === undefined) return [own];
  const session = await openSession({
    stack: args.stack,
    rehearse: own.session.cluster === "kwok",
    variant: "bench-base",
    root: worktree.folder,
    toolchain: openToolchain(screen),
    say: () => undefined,
  });
  await recover(session, () => undefined);
  return [own, { name: `${args.compare} (${worktree.sha.slice(0, 12)})`, session }];
}

async function measure(args: BenchArgs, worktree: Worktree | undefined): Promise<number> {
  const { stack, rehearse, runs, mode } = args;
  const opened = await openCommand({ stack, rehearse, variant: "bench", extra: [] }, "change");
  const { screen, session } = opened;
  const startedAt = new Date().toISOString();
  const sides = await openSides(args, worktree, screen, { name: "working tree", session });
  screen.print(
    `${colors.bold(session.name)}: ${runs} ${mode === "both" ? "cold and warm" : mode} runs on ${session.cluster}`,
  );
  const floor = args.floor ? await openFloor(session) : undefined;
  const bench = runBench(plan(mode, runs, sides.length), sides, screen, floor);
  const { measured, floor: floorTimes, interrupted } = await bench.finally(() => floor?.remove());
  screen.close();
  if (interrupted) {
    screen.print(
      `Interrupted. What was measured is in the history; to remove what is left: npm run destroy ${session.name}`,
    );
    return 130;
  }
  const summaries = sides.map(({ name }, index) =>
    summarizeSide(
      name,
      measured.filter(({ step }) => step.side === index),
      startedAt,
      args,
    ),
  );
  const beside = summarizeFloor(floorTimes);
  const summary: Bench = {
    version: benchVersion,
    startedAt,
    stack: session.name,
    cluster: session.cluster,
    runs,
    thresholdPercent: args.thresholdPercent,
    machine: measured.find(({ record }) => record)?.record?.machine ?? machine(),
    sides: summaries.map(({ side }) => side),
    ...(beside && { floor: beside }),
  };
  const folder = join(paths().history, session.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `bench-${runId(startedAt, mode)}.json`);
  writeFileSync(file, `${JSON.stringify(summary, undefined, 2)}\n`, { mode: 0o600 });

  for (const { side } of summaries)
    for (const group of side.groups)
      screen.print(`\n${summaries.length > 1 ? `${side.name}. ` : ""}${groupTable(group)}`);
  const [first, second] = summary.sides;
  if (first && second)
    screen.print(`\n${colors.bold("Ratios")} (below 1: ${first.name} is faster)\n${ratioTable([first, second])}`);
  if (beside) screen.print(`\n${floorTable(beside)}`);
  screen.print("");
  const own = summaries[0]?.comparisons ?? [];
  if (own.length === 0)
    screen.print("History: fewer than 3 runs alike before this bench, so nothing to compare with yet");
  for (const { kind, comparison } of own) for (const line of historyLines(kind, comparison)) screen.print(line);
  const failed = summary.sides.flatMap(({ groups }) => groups).reduce((sum, group) => sum + group.failed, 0);
  if (failed > 0) screen.print(colors.red(`✗ ${failed} ${failed === 1 ? "run" : "runs"} failed`));
  screen.print(`\n${file}\nOne of its runs as a page: npm run report ${session.name} -- --run ID`);
  return failed > 0 || own.some(({ comparison }) => comparison.regressed) ? 1 : 0;
}

export async function main(argv: readonly string[]): Promise<number> {
  const args = parseBench(argv);
  requireOwnCluster(args);
  const worktree =
    args.compare === undefined
      ? undefined
      : await openWorktree(args.compare, (line) => void process.stdout.write(`  ${line}\n`));
  try {
    return await measure(args, worktree);
  } finally {
    await worktree?.remove();
  }
}
