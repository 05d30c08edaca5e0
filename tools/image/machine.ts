// Everything the image tools do to the machine, behind one interface: tests put a recording double in its place.
import { spawn } from "node:child_process";
import { closeSync, openSync, statSync } from "node:fs";
import { UserError } from "../../lib/errors.ts";
import { engineProblem } from "../cluster/engine.ts";
import { type Captured, type CaptureOptions, capture } from "../terminal/process.ts";

export interface Call {
  readonly program: string;
  readonly args: readonly string[];
}

/** What is sent: a file, or what a program writes to its standard output. */
export type StreamSource = { readonly file: string } | { readonly call: Call };

export interface Streamed {
  /** Bytes that left the source. */
  readonly bytes: number;
  /** Of the program that wrote; absent for a file. */
  readonly source?: Captured;
  readonly targets: readonly Captured[];
}

export interface Machine {
  run(program: string, args: readonly string[], options?: CaptureOptions): Promise<Captured>;
  /** Sends one source to the standard input of several programs at once, as fast as the slowest reads. */
  stream(source: StreamSource, targets: readonly Call[], timeoutSeconds: number): Promise<Streamed>;
  /** Absolute path of a program. Throws a UserError with the remedy. */
  locate(program: string): Promise<string>;
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Progress, for people. */
  say(line: string): void;
}

interface Running {
  readonly child: ReturnType<typeof spawn>;
  readonly done: Promise<Captured>;
}

const start = ({ program, args }: Call, stdin: "ignore" | "pipe" | number, keepOutput: boolean): Running => {
  const child = spawn(program, [...args], { stdio: [stdin, "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  if (keepOutput)
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
    });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  // A reader that ends early breaks the pipe; its exit code says why.
  child.stdin?.on("error", () => undefined);
  const done = new Promise<Captured>((resolve) => {
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, ...output }));
  });
  return { child, done };
};

const late = (captured: Captured, timedOut: boolean): Captured => (timedOut ? { ...captured, code: 124 } : captured);

const stream: Machine["stream"] = async (source, targets, timeoutSeconds) => {
  const handles: number[] = [];
  const readers = targets.map((call) => {
    if (!("file" in source)) return start(call, "pipe", true);
    // The reader gets the file itself: nothing passes through this process.
    const handle = openSync(source.file, "r");
    handles.push(handle);
    return start(call, handle, true);
  });
  for (const handle of handles) closeSync(handle);
  const writer = "call" in source ? start(source.call, "ignore", false) : undefined;
  let bytes = "file" in source ? statSync(source.file).size : 0;
  writer?.child.stdout?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  for (const { child } of readers) if (writer && child.stdin) writer.child.stdout?.pipe(child.stdin);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    for (const { child } of writer ? [writer, ...readers] : readers) child.kill("SIGKILL");
  }, timeoutSeconds * 1000);
  const results = await Promise.all(readers.map(({ done }) => done));
  // Nobody is left to read, and a pipe without readers would keep the writer waiting for ever.
  writer?.child.stdout?.resume();
  const written = await writer?.done;
  clearTimeout(timer);
  return {
    bytes,
    ...(written && { source: late(written, timedOut) }),
    targets: results.map((result) => late(result, timedOut)),
  };
};

export const realMachine = (say: (line: string) => void): Machine => ({
  run: capture,
  stream,
  locate: async (program) => {
    // Loaded only to explain: it costs more than asking the engine for an image.
    const { locate } = await import("../toolchain/locate.ts");
    return locate(program);
  },
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  say,
});

/** Found on PATH by the system; the toolchain installs no container engine. */
export const docker = "docker";

export type Docker = (args: readonly string[], options?: CaptureOptions) => Promise<Captured>;

/** The engine behind the `docker` command line; throws a UserError where the engine itself does not answer. */
export const openDocker =
  (machine: Machine): Docker =>
  async (args, options) => {
    const result = await machine.run(docker, args, options);
    // It could not be started: the search says why, and what to do.
    if (result.code === 127) await machine.locate(docker);
    const problem = result.code === 0 ? undefined : engineProblem(result.stderr);
    if (problem !== undefined) throw new UserError(problem);
    return result;
  };
