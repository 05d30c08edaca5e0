// One strata with a state folder of its own: its commands as a user runs them, its state, its cluster, its processes.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StateResource } from "../../tools/engine/pending.ts";
import { capture } from "../../tools/terminal/process.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { paths, repository } from "../../tools/toolchain/paths.ts";
import { type Api, openApi } from "./api.ts";
import { having, signal } from "./processes.ts";

export interface Run {
  readonly code: number | null;
  readonly output: string;
}

interface Event {
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
}

export interface Options {
  /** Folder of the stack files. */
  readonly stacks?: string;
  readonly stack?: string;
  readonly state?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const ownStacks = join(repository, "test", "faults", "stacks");

export class Strata {
  readonly stack: string;
  readonly state: string;
  readonly env: NodeJS.ProcessEnv;
  #api: Api | undefined;

  constructor({ stacks = ownStacks, stack = "small", state, env = {} }: Options = {}) {
    this.stack = stack;
    this.state = state ?? mkdtempSync(join(tmpdir(), "strata-fault-"));
    mkdirSync(this.state, { recursive: true });
    this.env = {
      ...process.env,
      XDG_STATE_HOME: this.state,
      STRATA_STACKS: stacks,
      NO_COLOR: "1",
      FORCE_COLOR: "0",
      CI: "true",
      ...env,
    };
  }

  /** Of everything that Pulumi keeps of this stack. */
  get stateFile(): string {
    return join(this.state, "strata", "backend", ".pulumi", "stacks", "strata", `${this.stack}.json`);
  }

  get clusterFolder(): string {
    return join(this.state, "strata", "clusters", `strata-${this.stack}`);
  }

  get eventFile(): string {
    return join(this.state, "strata", "stacks", this.stack, "events.jsonl");
  }

  start(command: string, ...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
    const child = spawn(process.execPath, ["tools/run.mjs", command, this.stack, ...args], {
      cwd: repository,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const ended = new Promise<Run>((resolve, reject) => {
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          output += chunk.toString("utf8");
        });
      child.on("error", reject);
      // Not "close": a process that outlives a killed command keeps its pipes.
      child.on("exit", (code) => setTimeout(() => resolve({ code, output }), 100));
    });
    return { child, ended };
  }

  run(command: string, ...args: string[]): Promise<Run> {
    return this.start(command, ...args).ended;
  }

  /** An `up` that has to succeed; returns what it printed. */
  async up(): Promise<string> {
    const { code, output } = await this.run("start");
    if (code !== 0) throw new Error(`the up ended with ${code}:\n${output}`);
    return output;
  }

  get events(): Event[] {
    if (!existsSync(this.eventFile)) return [];
    return readFileSync(this.eventFile, "utf8")
      .split("\n")
      .flatMap((line) => {
        try {
          return [JSON.parse(line) as Event];
        } catch {
          return []; // the last line of a killed run
        }
      });
  }

  /** Resources that the last run has come to an end with. */
  get finished(): number {
    // Counted and not parsed: this is asked some twenty times a second.
    return existsSync(this.eventFile)
      ? readFileSync(this.eventFile, "utf8").split('"resOutputsEvent":{').length - 1
      : 0;
  }

  /** `op Type name` of everything that the last run changed. */
  get operations(): string[] {
    return this.events.flatMap(({ resourcePreEvent: event }) => {
      if (!event || ["same", "read", "refresh"].includes(event.metadata.op)) return [];
      const [type = "", name = ""] = event.metadata.urn.split("::").slice(2);
      return [`${event.metadata.op} ${type.split(/[:$]/).at(-1)} ${name}`];
    });
  }

  /** Resources by what the last run did with them. */
  get changes(): Readonly<Record<string, number>> {
    return this.events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};
  }

  get resources(): StateResource[] {
    const file = JSON.parse(readFileSync(this.stateFile, "utf8")) as {
      checkpoint: { latest?: { resources?: StateResource[]; pending_operations?: unknown[] } };
    };
    return file.checkpoint.latest?.resources ?? [];
  }

  /** Runs the engine's own command line on this state. */
  async pulumi(...args: string[]): Promise<string> {
    const env = {
      ...this.env,
      PULUMI_HOME: paths().pulumiHome,
      PULUMI_BACKEND_URL: `file://${join(this.state, "strata", "backend")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(this.state, "strata", "passphrase"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const folder = join(this.state, "strata", "stacks", this.stack);
    const { code, stdout, stderr } = await capture(
      await locate("pulumi"),
      [...args, "--cwd", folder, "-s", this.stack],
      {
        env,
      },
    );
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stderr}`);
    return stdout;
  }

  /** URN to value of everything random in the state. */
  async secrets(): Promise<Readonly<Record<string, string>>> {
    if (!existsSync(this.stateFile)) return {};
    const text = await this.pulumi("stack", "export", "--show-secrets");
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    return Object.fromEntries(
      (deployment.resources ?? [])
        .filter(({ type }) => type.startsWith("random:"))
        .map(({ urn, outputs }) => [urn, JSON.stringify(outputs)]),
    );
  }

  /** The cluster's API server; opened again where the cluster was rebuilt. */
  api(): Api {
    const kubeconfig = readFileSync(join(this.clusterFolder, "kubeconfig"), "utf8");
    if (this.#api?.kubeconfig !== kubeconfig) {
      this.#api?.close();
      this.#api = openApi(kubeconfig);
    }
    return this.#api;
  }

  /** Process of one part of the cluster: kube-apiserver, etcd, kwok ... */
  part(name: string): number {
    const pid = Number(
      readFileSync(join(this.clusterFolder, "kwok", "clusters", `strata-${this.stack}`, "pids", `${name}.pid`)),
    );
    if (!(pid > 0)) throw new Error(`the cluster has no process ${name}`);
    return pid;
  }

  /** Ends every process that works on this state, its cluster included. */
  async kill(): Promise<void> {
    for (;;) {
      const left = having(this.state).map(({ pid }) => pid);
      if (left.length === 0) return;
      signal(left, "SIGKILL");
      await sleep(50);
    }
  }

  async close(): Promise<void> {
    this.#api?.close();
    await this.kill();
    rmSync(this.state, { recursive: true, force: true });
  }
}

export const until = async (what: string, test: () => boolean | Promise<boolean>, seconds = 60): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(50);
  }
};
