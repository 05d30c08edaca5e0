// Pulumi's automatic logs: every engine command writes everything it does, encrypted, under $PULUMI_HOME/logs.
import { lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../toolchain/paths.ts";

const note = `Pulumi writes its automatic logs into a folder of this name, and goes on without them where it can't make one.
They cost 1.3 of the engine's 3.1 s of processor time in an unchanged run of 95 resources (measured with Pulumi 3.250), and up to 500 MB.
To have them, set STRATA_ENGINE_LOGS=1 and run the command again.
`;

/**
 * Puts a file where the engine would make the folder of its logs, since it has no switch for them.
 * With STRATA_ENGINE_LOGS=1 the file goes, and the engine writes them.
 *
 * @param pulumiHome strata's own, never the user's.
 */
export function keepAutomaticLogsOff(pulumiHome: string, env: Environment = process.env): void {
  const path = join(pulumiHome, "logs");
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (env["STRATA_ENGINE_LOGS"] === "1") {
    if (found?.isFile()) rmSync(path);
    return;
  }
  if (found?.isFile()) return;
  rmSync(path, { recursive: true, force: true });
  mkdirSync(pulumiHome, { recursive: true });
  writeFileSync(path, note);
}
