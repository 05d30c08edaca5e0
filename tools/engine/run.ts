// Runs one engine command and follows its event stream; Ctrl-C is passed on, so that the engine can write its state.
import { spawn } from "node:child_process";
import { closeSync, createWriteStream, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, EventParser } from "./events.ts";

export interface EngineRun {
  readonly pulumi: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Folder for the event stream and the engine's own output. */
  readonly folder: string;
  /** Told of each event with the milliseconds since the engine was started. */
  readonly onEvent: (event: EngineEvent, at: number) => void;
  readonly onInterrupt: (times: number) => void;
}

export interface EngineResult {
  /** Exit code of the engine; 130 after an interrupt. */
  readonly code: number;
  /** Last lines of what the engine printed, for failures that reached no event. */
  readonly tail: string;
  readonly interrupted: boolean;
  /** The engine was killed and could not end its work. */
  readonly killed: boolean;
}

/** Also how exactly steps are timed. */
const pollMs = 20;
const tailLength = 4000;

/** Milliseconds that the engine has to end after a second Ctrl-C before it is killed. */
const patienceMs = 4000;

export async function runEngine(run: EngineRun): Promise<EngineResult> {
  const eventFile = join(run.folder, "events.jsonl");
  writeFileSync(eventFile, "", { mode: 0o600 });
  const log = createWriteStream(join(run.folder, "engine.log"), { mode: 0o600 });
  // On a full disk this process would end, and the engine go on without anybody who sees it.
  log.on("error", () => undefined);
  const started = performance.now();
  const child = spawn(run.pulumi, [...run.args, "--event-log", eventFile], {
    cwd: run.cwd,
    // The flag --event-log exists only with this variable.
    env: { ...run.env, PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: a terminal sends Ctrl-C to the whole group, and the engine takes a second one as an order to give up.
    detached: true,
  });
  let tail = "";
  const keep = (chunk: Buffer): void => {
    log.write(chunk);
    tail = (tail + chunk.toString("utf8")).slice(-tailLength);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);

  const parser = new EventParser();
  const handle = openSync(eventFile, "r");
  const buffer = Buffer.alloc(1 << 18);
  const decoder = new TextDecoder();
  let offset = 0;
  const drain = (): void => {
    for (;;) {
      const read = readSync(handle, buffer, 0, buffer.length, offset);
      if (read === 0) return;
      offset += read;
      const at = performance.now() - started;
      for (const event of parser.push(decoder.decode(buffer.subarray(0, read), { stream: true })))
        run.onEvent(event, at);
    }
  };
  const poll = setInterval(drain, pollMs);

  let interrupts = 0;
  let killed = false;
  let patience: NodeJS.Timeout | undefined;
  const killGroup = (): void => {
    killed = true;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  };
  const interrupt = (): void => {
    interrupts += 1;
    run.onInterrupt(interrupts);
    if (interrupts <= 2) child.kill("SIGINT");
    if (interrupts === 2) patience = setTimeout(killGroup, patienceMs);
    if (interrupts > 2) killGroup();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const code = await new Promise<number>((resolve) => {
      child.on("error", (error) => {
        tail = error.message;
        resolve(127);
      });
      child.on("close", (status) => resolve(status ?? 1));
    });
    drain();
    return { code: interrupts > 0 ? 130 : code, tail, interrupted: interrupts > 0, killed };
  } finally {
    clearInterval(poll);
    clearTimeout(patience);
    for (const signal of signals) process.removeListener(signal, interrupt);
    closeSync(handle);
    log.end();
  }
}
