// `npm run ci -- drill-report STACK`: the newest report of a drill for the job's summary and its issue, with what is to be committed after it.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { readStackFile, stackFolder } from "../engine/stack-file.ts";
import { fenced } from "../report/markdown-text.ts";
import { capture } from "../terminal/process.ts";
import { repository } from "../toolchain/paths.ts";

/** @param change what the drill changed in the stack file, as git shows it. */
export const drillReport = (report: string, stack: string, change: string): string =>
  change.trim() === ""
    ? report
    : [
        report.trimEnd(),
        "",
        `### To review and commit: Pulumi.${stack}.yaml`,
        "",
        "It says what the stack was restored from. An `up` of the file as it was would make the old one anew.",
        "",
        fenced(change.trimEnd(), "diff"),
        "",
      ].join("\n");

export async function run([stack, ...rest]: readonly string[]): Promise<number> {
  if (stack === undefined || rest.length > 0) throw new UserError("Usage: npm run ci -- drill-report STACK");
  readStackFile(stackFolder(), stack);
  const folder = join(repository, ".strata", "drill", stack);
  const reports = existsSync(folder) ? readdirSync(folder).filter((name) => /^drill-.*\.md$/.test(name)) : [];
  const newest = reports.sort().at(-1);
  if (newest === undefined) {
    console.error(`No drill of ${stack} has ended here`);
    return 1;
  }
  const { stdout } = await capture("git", ["-C", repository, "diff", "--no-color", "--", `Pulumi.${stack}.yaml`]);
  const text = drillReport(readFileSync(join(folder, newest), "utf8"), stack, stdout);
  writeFileSync(join(folder, "report.md"), text);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary) appendFileSync(summary, text);
  console.log(text);
  return 0;
}
