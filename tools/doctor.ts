// `npm run doctor [stack] [--rehearse]`: every prerequisite checked, each failure with its remedy.
import { parseCommand } from "./command.ts";
import { allChecks } from "./doctor/checks.ts";
import { gather } from "./doctor/gather.ts";
import { renderTable } from "./doctor/table.ts";

export async function main(args: readonly string[]): Promise<number> {
  const { stack, rehearse } = parseCommand(args);
  const facts = await gather({ stack, rehearse });
  const checks = allChecks(facts);
  process.stdout.write(`strata doctor, stack ${stack}${rehearse ? " (rehearsal)" : ""}\n\n`);
  process.stdout.write(`${renderTable(checks, Math.min(process.stdout.columns || 110, 130))}\n`);
  return checks.some(({ verdict }) => verdict === "FAIL") ? 1 : 0;
}
