// `npm run report [stack] [-- --format html|md|json] [--run ID] [--output FILE]`: a run of the history, as a page or as text.
import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../lib/errors.ts";
import { stackName } from "./engine/session.ts";
import { aboutRun } from "./report/about.ts";
import { type Entry, pageOf, runsOfStack, stacksWithRuns } from "./report/history.ts";
import { page } from "./report/html/page.ts";
import { markdown } from "./report/markdown.ts";
import { summaryLines } from "./report/summary.ts";
import { threshold } from "./report/threshold.ts";
import { paths } from "./toolchain/paths.ts";

const formats = ["html", "md", "json"] as const;
type Format = (typeof formats)[number];

export interface ReportCommand {
  /** Pulumi stacks to look for a run of, the newest wins. */
  readonly stacks: readonly string[];
  readonly format: Format;
  readonly run?: string;
  readonly output?: string;
  readonly thresholdPercent: number;
}

const usage =
  "Usage: npm run report [STACK] [-- --format html|md|json] [--run ID] [--output FILE] [--threshold PERCENT]";

export function parseReport(args: readonly string[]): ReportCommand {
  try {
    const { values, positionals } = parseArgs({
      args: args.filter((argument) => argument !== "--"),
      options: {
        format: { type: "string", default: "html" },
        run: { type: "string" },
        output: { type: "string" },
        threshold: { type: "string" },
      },
      allowPositionals: true,
    });
    const format = formats.find((name) => name === values.format);
    if (format === undefined) throw new Error(`There is no format "${values.format}". Formats: ${formats.join(", ")}`);
    if (positionals.length > 1) throw new Error(`Only one stack at a time, not ${positionals.join(" and ")}`);
    const [stack] = positionals;
    return {
      // Without an engine `npm start` rehearses, and the user need not know that it is another stack.
      stacks: stack === undefined ? ["dev-fast", stackName("dev-fast", true)] : [stack],
      format,
      ...(values.run !== undefined && { run: values.run }),
      ...(values.output !== undefined && { output: values.output }),
      thresholdPercent: threshold(values.threshold),
    };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** The newest run, or the one whose ID begins with what was asked for. */
export function findRun(entries: readonly Entry[], command: Pick<ReportCommand, "run" | "stacks">): Entry {
  const sorted = [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));
  const wanted = command.run;
  const found = wanted === undefined ? sorted.at(-1) : sorted.findLast(({ id }) => id.startsWith(wanted));
  if (found) return found;
  const name = command.stacks.join(" or ");
  if (wanted === undefined || sorted.length === 0)
    throw new UserError(
      `There is no run of ${name} yet. Bring it up first: npm start\nStacks with runs: ${stacksWithRuns(paths()).join(", ") || "none"}`,
    );
  const last = sorted.slice(-5).map(({ id, temperature, outcome }) => `  ${id}  ${temperature}, ${outcome}`);
  throw new UserError(`No run of ${name} has an ID that begins with "${wanted}". The last ones:\n${last.join("\n")}`);
}

export async function main(args: readonly string[]): Promise<number> {
  const command = parseReport(args);
  const where = paths();
  const entry = findRun(
    command.stacks.flatMap((stack) => runsOfStack(where, stack)),
    command,
  );
  const about = aboutRun(entry, command.thresholdPercent);
  const { run, comparison } = about;
  const texts: Readonly<Record<Format, () => string>> = {
    html: () => page(about),
    md: () => markdown(about),
    json: () => `${JSON.stringify(run, undefined, 2)}\n`,
  };
  const text = texts[command.format]();
  const file =
    command.output === undefined
      ? command.format === "html"
        ? pageOf(dirname(entry.file), run.id)
        : undefined
      : resolve(process.env["INIT_CWD"] ?? process.cwd(), command.output);
  if (file === undefined) {
    process.stdout.write(text);
    return 0;
  }
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw new UserError(`${file} can't be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stdout.write(`${[...summaryLines(run, comparison), "", file].join("\n")}\n`);
  return 0;
}
