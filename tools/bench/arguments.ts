// Arguments of `npm run bench`. Pure.
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";
import { threshold } from "../report/threshold.ts";
import type { Mode } from "./plan.ts";

export interface BenchArgs {
  readonly stack: string;
  readonly rehearse: boolean;
  readonly runs: number;
  readonly mode: Mode;
  readonly thresholdPercent: number;
  /** Each warm run is measured beside an empty program. */
  readonly floor: boolean;
  /** Commit to compare with. */
  readonly compare?: string;
}

const usage =
  "Usage: npm run bench [-- [RUNS] [STACK] [--cold|--warm|--both] [--rehearse] [--floor] [--threshold PERCENT] [--compare COMMIT]]";

export function parseBench(args: readonly string[]): BenchArgs {
  try {
    const { values, positionals } = parseArgs({
      args: args.filter((argument) => argument !== "--"),
      options: {
        cold: { type: "boolean", default: false },
        warm: { type: "boolean", default: false },
        both: { type: "boolean", default: false },
        rehearse: { type: "boolean", default: false },
        floor: { type: "boolean", default: false },
        threshold: { type: "string" },
        compare: { type: "string" },
      },
      allowPositionals: true,
    });
    const modes = (["cold", "warm", "both"] as const).filter((mode) => values[mode]);
    if (modes.length > 1) throw new Error(`--${modes.join(" and --")} at once`);
    if (values.floor && modes[0] === "cold") throw new Error("--floor is measured beside warm runs, not with --cold");
    const numbers = positionals.filter((text) => /^\d+$/.test(text));
    const names = positionals.filter((text) => !/^\d+$/.test(text));
    if (numbers.length > 1 || names.length > 1) throw new Error(`Too many arguments: ${positionals.join(" ")}`);
    const runs = Number(numbers[0] ?? 3);
    if (runs < 1 || runs > 100) throw new Error(`${runs} runs: expected 1 to 100`);
    const [name = "dev-fast"] = names;
    return {
      stack: name.replace(/-rehearsal$/, ""),
      rehearse: values.rehearse || name.endsWith("-rehearsal"),
      runs,
      mode: modes[0] ?? "both",
      floor: values.floor,
      thresholdPercent: threshold(values.threshold),
      ...(values.compare !== undefined && { compare: values.compare }),
    };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
