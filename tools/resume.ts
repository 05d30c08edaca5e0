// `npm run start:cluster [stack]`: starts a stopped local cluster and waits for its nodes; the stack stays as it is.
import colors from "picocolors";
import { requireCluster } from "./cluster/own.ts";
import { powerOn } from "./cluster/power.ts";
import { parseCommand } from "./command.ts";
import { openScreen } from "./terminal/live.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const screen = await openScreen();
  const lifecycle = requireCluster(command, (line) => screen.print(`  ${line}`));
  screen.print(`${colors.green("✓")} ${await powerOn(lifecycle)}`);
  return 0;
}
