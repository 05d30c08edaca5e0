// `npm run ci -- summary STACK [--since TIME]`: runs of this job for its summary, and a failure where one got slower than its history.
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";
import { aboutRun } from "../report/about.ts";
import { runId } from "../report/build.ts";
import { runsOfStack } from "../report/history.ts";
import { markdown } from "../report/markdown.ts";
import { summaryLines } from "../report/summary.ts";
import { threshold } from "../report/threshold.ts";
import { paths } from "../toolchain/paths.ts";

const usage = "Usage: npm run ci -- summary STACK [--since TIME] [--threshold PERCENT]";

const parse = (args: readonly string[]) => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { since: { type: "string" }, threshold: { type: "string" } },
      allowPositionals: true,
    });
    const [stack] = positionals;
    if (stack === undefined || positionals.length > 1) throw new Error("One stack, by its name in Pulumi");
    const since = values.since === undefined ? undefined : Date.parse(values.since);
    if (Number.isNaN(since)) throw new Error(`--since "${values.since}": expected a time, like 2026-01-02T03:04:05Z`);
    return { stack, since, thresholdPercent: threshold(values.threshold) };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};

export async function run(args: readonly string[]): Promise<number> {
  const { stack, since, thresholdPercent } = parse(args);
  const entries = runsOfStack(paths(), stack);
  // An ID begins with its run's start.
  const first = since === undefined ? entries.at(-1)?.id : runId(new Date(since).toISOString(), "");
  const own =
    first === undefined
      ? []
      : entries.filter(({ id }) => id >= first).map((entry) => aboutRun(entry, thresholdPercent));
  if (own.length === 0) {
    console.error(
      `No run of ${stack} is recorded${since === undefined ? "" : ` since ${new Date(since).toISOString()}`}`,
    );
    return 1;
  }
  const file = process.env["GITHUB_STEP_SUMMARY"];
  for (const about of own) {
    if (file) appendFileSync(file, `${markdown(about)}\n`);
    console.log(summaryLines(about.run, about.comparison).join("\n"));
  }
  return own.some(({ comparison }) => comparison?.regressed) ? 1 : 0;
}
