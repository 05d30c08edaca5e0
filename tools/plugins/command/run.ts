// Runs one command of a resource: its own process group, output captured and shown, ended by a cancel.
import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

export interface CommandArgs {
  readonly interpreter?: readonly string[];
  readonly dir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Which streams are shown while the command runs. Default: both. */
  readonly logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
  /** Output of the last run as PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. Default: true. */
  readonly addPreviousOutputInEnv?: boolean;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

const killAfterMs = 10_000;

/** Environment of the command: the plugin's own, the resource's, the last run's output. */
export const environmentOf = (
  args: CommandArgs,
  previous: CommandOutput,
  base: NodeJS.ProcessEnv,
): Record<string, string | undefined> => ({
  ...base,
  ...args.environment,
  ...(args.addPreviousOutputInEnv !== false && {
    ...(previous.stdout !== "" && { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(previous.stderr !== "" && { PULUMI_COMMAND_STDERR: previous.stderr }),
  }),
});

const withoutLastNewline = (text: string): string => (text.endsWith("\n") ? text.slice(0, -1) : text);

interface Running {
  readonly signal: AbortSignal;
  /** One line of output. */
  readonly show: (line: string) => void;
}

const splitLines = (show: (line: string) => void) => {
  let rest = "";
  return {
    push: (text: string): void => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) show(line);
    },
    end: (): void => {
      if (rest !== "") show(rest);
    },
  };
};

/** Output of the command. Throws with all of it if the exit code is not 0. */
export const runCommand = (
  command: string,
  args: CommandArgs,
  previous: CommandOutput,
  { signal, show }: Running,
): Promise<CommandOutput> => {
  const [program = "/bin/sh", ...rest] = args.interpreter?.length ? args.interpreter : ["/bin/sh", "-c"];
  const logging = args.logging ?? "stdoutAndStderr";
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    let both = "";
    const failure = (why: string): Error => new Error(`${why}: running ${JSON.stringify(command)}:\n${both}`);
    if (signal.aborted) {
      reject(failure("cancelled before it started"));
      return;
    }
    // A group of its own: a cancel ends what the shell started too.
    const child = spawn(program, [...rest, command], {
      cwd: args.dir ?? process.cwd(),
      env: environmentOf(args, previous, process.env),
      stdio: [args.stdin ? "pipe" : "ignore", "pipe", "pipe"],
      detached: true,
    });
    const kill = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // Ended already.
      }
    };
    let killer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      kill("SIGTERM");
      killer = setTimeout(() => kill("SIGKILL"), killAfterMs);
    };
    signal.addEventListener("abort", cancel);
    const read = (stream: NodeJS.ReadableStream | null, shown: boolean, add: (text: string) => void) => {
      const decoder = new StringDecoder("utf8");
      const lines = splitLines(shown ? show : () => undefined);
      stream?.on("data", (chunk: Buffer) => {
        const text = decoder.write(chunk);
        add(text);
        both += text;
        lines.push(text);
      });
      stream?.on("end", lines.end);
    };
    read(child.stdout, logging === "stdout" || logging === "stdoutAndStderr", (text) => {
      stdout += text;
    });
    read(child.stderr, logging === "stderr" || logging === "stdoutAndStderr", (text) => {
      stderr += text;
    });
    const end = (): void => {
      signal.removeEventListener("abort", cancel);
      clearTimeout(killer);
    };
    child.on("error", (error) => {
      end();
      reject(failure(error.message));
    });
    child.on("close", (code, by) => {
      end();
      if (code === 0) resolve({ stdout: withoutLastNewline(stdout), stderr: withoutLastNewline(stderr) });
      else reject(failure(signal.aborted ? "cancelled" : by ? `signal: ${by}` : `exit status ${code}`));
    });
    if (args.stdin) {
      // A command that does not read its input closes the pipe.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(args.stdin);
    }
  });
};
