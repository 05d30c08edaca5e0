// Runs a command's `main`: a user's mistake prints as it is, a crash of ours with its trace, and both exit 1.
import { UserError } from "../../lib/errors.ts";

/** A command: takes its arguments, returns its exit code. */
export type Main = (args: readonly string[]) => Promise<number>;

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
}
