// Runs a command's `main`: a user's mistake prints as it is, a crash of ours with its trace, and both exit 1.
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { withDeadlines } from "../cluster/memory.ts";
import { paths } from "../toolchain/paths.ts";

/** A command: takes its arguments, returns its exit code. */
export type Main = (args: readonly string[]) => Promise<number>;

/** A reboot ends the watchdogs of clusters with a time to live: whatever command comes next starts them again. */
async function watchClusters(): Promise<void> {
  const clusters = join(paths().state, "clusters");
  if (withDeadlines(clusters).length === 0) return;
  const [{ armAll }, { realHost }] = await Promise.all([import("../cluster/expiry.ts"), import("../cluster/host.ts")]);
  armAll(
    clusters,
    realHost(() => undefined),
  );
}

export async function runMain(main: Main, args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await main(args);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof UserError) process.stderr.write(`\n${error.message}\n`);
    else
      process.stderr.write(
        `\nstrata failed unexpectedly. Please report this:\n${error instanceof Error ? error.stack : String(error)}\n`,
      );
  }
  // After the command: an up has counted anew by then, and says by itself what was over.
  await watchClusters();
}
