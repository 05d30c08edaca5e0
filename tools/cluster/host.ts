// Everything the cluster tools do to the machine, behind one interface: tests put a recording double in its place.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { ImageRequest, LoadRequest } from "../../layers/cluster/images/request.ts";
import { UserError } from "../../lib/errors.ts";
import { locate } from "../toolchain/locate.ts";
import { startWatch } from "./watch.ts";

export interface RunOptions {
  readonly input?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  /** Called with the process's id as soon as it runs. */
  readonly onStart?: (pid: number) => void;
}

export interface RunResult {
  /** Exit code; 124 after a timeout. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Host {
  run(program: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Absolute path of a program. Throws a UserError with the remedy. */
  locate(program: string): Promise<string>;
  /** Gets an image onto the host's engine, from wherever there is one. Throws a UserError that names each place. */
  fetchImage(request: ImageRequest): Promise<void>;
  /** Puts an image into the nodes that lack it. Throws a UserError. */
  loadImage(request: LoadRequest): Promise<void>;
  /** True where nothing listens on that port of 127.0.0.1. */
  portIsFree(port: number): Promise<boolean>;
  /** With `mark`, only if the process's command line contains it: after a reboot an old number is somebody else's. */
  isRunning(pid: number, mark?: string): boolean;
  kill(pid: number): void;
  /** Starts the watchdog over a cluster's time to live; returns its process id. */
  startWatch(folder: string, name: string): number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Progress, for people. */
  say(line: string): void;
}

/** Runs a program to its end. Never throws: a program that cannot be started has exit code 127. */
export const run: Host["run"] = (program, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(program, [...args], { env: { ...process.env, ...options.env }, stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    let timedOut = false;
    const timer =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill("SIGTERM");
            setTimeout(() => child.kill("SIGKILL"), 2000).unref();
          }, options.timeoutSeconds * 1000);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text;
    });
    // A program that ends without reading its input breaks the pipe; its exit code says enough.
    child.stdin.on("error", () => {});
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout: "", stderr: error.message });
    });
    const end = (code: number | null) => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code: timedOut ? 124 : (code ?? 1), ...output });
    };
    child.on("close", end);
    // A process left in the background keeps the pipes open, and `close` would wait for its end.
    child.on("exit", (code) => setTimeout(() => end(code), 300).unref());
    if (child.pid !== undefined) options.onStart?.(child.pid);
    child.stdin.end(options.input ?? "");
  });

const fetchImage = async (request: ImageRequest, say: (line: string) => void): Promise<void> => {
  // Loaded only here: most commands of a cluster need no image.
  const [{ acquire }, { openDocker, realMachine }] = await Promise.all([
    import("../image/acquire.ts"),
    import("../image/machine.ts"),
  ]);
  const docker = openDocker(realMachine(say));
  const { file } = await acquire(realMachine(say), docker, request);
  if (file === undefined) return;
  const loaded = await docker(["load", "--quiet", "--input", file]);
  if (loaded.code !== 0) throw new UserError(`${file} cannot be loaded into the engine: ${loaded.stderr.trim()}`);
};

const loadImage = async (request: LoadRequest, say: (line: string) => void): Promise<void> => {
  const [{ load }, { openDocker, realMachine }] = await Promise.all([
    import("../image/load.ts"),
    import("../image/machine.ts"),
  ]);
  const machine = realMachine(say);
  await load(machine, openDocker(machine), request);
};

const portIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .once("listening", () => server.close(() => resolve(true)))
      .listen(port, "127.0.0.1");
  });

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const commandLine = (pid: number): string => {
  try {
    return execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8", timeout: 2000 });
  } catch {
    return "";
  }
};

const isRunning: Host["isRunning"] = (pid, mark) =>
  exists(pid) && (mark === undefined || commandLine(pid).includes(mark));

export const realHost = (say: (line: string) => void): Host => ({
  run,
  locate: (program) => locate(program),
  fetchImage: (request) => fetchImage(request, say),
  loadImage: (request) => loadImage(request, say),
  portIsFree,
  isRunning,
  kill: (pid) => {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  },
  startWatch,
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  say,
});
