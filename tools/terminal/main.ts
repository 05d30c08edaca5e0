// Runs a command's `main`: a user's mistake prints as it is, a crash of ours with its trace, and both exit 1.
import { UserError } from "../../lib/errors.ts";
import { explainSystemError } from "./system-error.ts";

/** A command: takes its arguments, returns its exit code. */
export type Main = (args: readonly string[]) => Promise<number>;

export async function runMain(main: Main, args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await main(args);
  } catch (error) {
    process.exitCode = 1;
    const explained = error instanceof UserError ? error.message : explainSystemError(error);
    if (explained !== undefined) process.stderr.write(`\n${explained}\n`);
    else
      process.stderr.write(
        `\nstrata failed unexpectedly. Please report this:\n${error instanceof Error ? error.stack : String(error)}\n`,
      );
  }
}
