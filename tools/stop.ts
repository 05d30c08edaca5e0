// `npm run stop [stack]`: stops a local cluster; its data stays, and its processor and memory are free again.
import colors from "picocolors";
import { requireCluster } from "./cluster/own.ts";
import { powerOff } from "./cluster/power.ts";
import { parseCommand } from "./command.ts";
import { openScreen } from "./terminal/live.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const screen = await openScreen();
  const lifecycle = requireCluster(command, (line) => screen.print(`  ${line}`));
  screen.print(`${colors.green("✓")} ${await powerOff(lifecycle)}`);
  return 0;
}
