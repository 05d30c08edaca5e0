// `npm run advisories [-- --strict]`: what the registry knows against our packages. Exit code 1 for what nobody has explained.
import { parseArgs } from "node:util";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { advisoriesOf, advisoryProblems, readReport, refusalOf } from "./supply/advisories.ts";
import { capture } from "./terminal/process.ts";
import { repository } from "./toolchain/paths.ts";

export interface AdvisoriesCommand {
  /** Whether a registry that can't be asked is a failure. */
  readonly strict: boolean;
}

export function parseAdvisories(args: readonly string[]): AdvisoriesCommand {
  try {
    return parseArgs({ args: [...args], options: { strict: { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new UserError(
      `${error instanceof Error ? error.message : String(error)}\nUsage: npm run advisories [-- --strict]`,
    );
  }
}

/** A machine without a network is told so, and does not wait for npm's three attempts. */
const patience = ["--fetch-retries=0", "--fetch-timeout=20000"];

export async function main(args: readonly string[]): Promise<number> {
  const { strict } = parseAdvisories(args);
  const { stdout, stderr } = await capture("npm", ["audit", "--json", ...patience], { cwd: repository });
  const report = readReport(stdout);
  if (report === undefined) {
    const said = refusalOf(stdout) ?? (stderr.trim().split("\n").at(-1) || "no answer");
    process.stdout.write(
      `${colors.yellow("!")} The registry could not be asked for advisories: ${said}. Ask again where it can be reached\n`,
    );
    return strict ? 1 : 0;
  }
  const found = advisoriesOf(report);
  const problems = advisoryProblems(found);
  for (const problem of problems) process.stdout.write(`${colors.red("✗")} ${problem}\n`);
  if (problems.length > 0) return 1;
  process.stdout.write(
    `${colors.green("✓")} Advisories against our packages: ${found.length === 0 ? "none" : `${found.length}, each explained in tools/supply/advisories.ts`}\n`,
  );
  return 0;
}
