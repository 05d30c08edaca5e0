// `npm run -s env [stack]`: shell exports, so that plain `npx pulumi` works on the same state and kubectl on the same cluster.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { clusterName } from "../layers/cluster/spec.ts";
import { onWhatStands, openToolchain, parseCommand } from "./command.ts";
import { configOf } from "./doctor/gather.ts";
import { shellExports } from "./engine/environment.ts";
import { openSession, stackName } from "./engine/session.ts";
import { openScreen } from "./terminal/live.ts";
import { paths } from "./toolchain/paths.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = onWhatStands(parseCommand(args));
  const { stack, rehearse, variant } = command;
  // Standard output is for the shell.
  const screen = await openScreen(process.stderr);
  const session = await openSession({ ...command, toolchain: openToolchain(screen), say: screen.print });
  screen.close();
  const { cluster } = configOf(stack, rehearse ? "kwok" : undefined);
  const kubeconfig = join(paths().cluster(clusterName(stackName(stack, rehearse, variant), cluster)), "kubeconfig");
  process.stdout.write(
    shellExports({ ...session.variables, ...(existsSync(kubeconfig) && { KUBECONFIG: kubeconfig }) }, paths().bin),
  );
  return 0;
}
