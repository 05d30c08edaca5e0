// The real engine on the fixture program: its own Pulumi home, backend and stack, results read from its event log.
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installOfflinePlugins } from "../../tools/plugins/install.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { languageHostLauncher } from "../../tools/toolchain/pulumi.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

export interface RunResult {
  readonly code: number | null;
  /** What the engine printed. */
  readonly output: string;
  /** Operation to number of resources, as the engine sums them up: { same: 29, update: 1 }. */
  readonly changes: Readonly<Record<string, number>>;
  /** `op Type name` of every resource with an operation other than same, sorted. */
  readonly operations: readonly string[];
  readonly seconds: number;
}

export interface Engine {
  run(command: "up" | "preview" | "refresh" | "destroy", ...args: string[]): Promise<RunResult>;
  /** Starts a run and returns at once. */
  start(command: "up" | "destroy", ...args: string[]): ChildProcess;
  config(values: Readonly<Record<string, string>>): Promise<void>;
  command(...args: string[]): Promise<string>;
  /** Folder for whatever the test needs. */
  readonly folder: string;
  /** Folder of the program. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

interface Event {
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
}

const quiet: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

const parse = (log: string) => {
  const events = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Event);
  const operations = events.flatMap(({ resourcePreEvent: event }) => {
    if (!event || quiet.has(event.metadata.op)) return [];
    const [type = "", name = ""] = event.metadata.urn.split("::").slice(2);
    return [`${event.metadata.op} ${type.split(":").at(-1)} ${name}`];
  });
  const changes = Object.assign({}, ...events.map(({ summaryEvent }) => summaryEvent?.resourceChanges ?? {}));
  return { changes: changes as Record<string, number>, operations: operations.sort() };
};

/** @param fixture folder of the program, beside this file. */
export const startEngine = async (fixture = "fixture"): Promise<Engine> => {
  const pulumi = await locate("pulumi");
  const folder = await mkdtemp(join(tmpdir(), "strata-engine-"));
  const [home, backend, bin] = ["home", "backend", "bin"].map((name) => join(folder, name)) as [string, string, string];
  await Promise.all([home, backend, bin].map((path) => mkdir(path)));
  // A self-built host takes its options from its command line; the CLI's own is a launcher or takes them from Pulumi.yaml.
  const host = join(dirname(pulumi), "pulumi-language-nodejs");
  const isLauncher = (await readFile(host)).subarray(0, 2).toString() === "#!";
  // A launcher looks for its host beside itself, so it is called where it is and not linked.
  if (!isLauncher) await symlink(host, join(bin, "host"));
  const launcher = isLauncher ? `#!/bin/sh\nexec "${host}" "$@"\n` : languageHostLauncher("host");
  await writeFile(join(bin, "pulumi-language-nodejs"), launcher, { mode: 0o755 });
  await installOfflinePlugins(home);
  // A copy: the engine writes its stack file beside the program.
  const program = join(folder, "program");
  await cp(fileURLToPath(new URL(fixture, import.meta.url)), program, { recursive: true });
  await symlink(modules, join(program, "node_modules"));
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env["PATH"]}`,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Shows the flag --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
  };
  const stackArgs = ["-s", "dev"];
  const spawnPulumi = (args: readonly string[], more: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(pulumi, args, { cwd: program, env: { ...env, ...more }, stdio: ["ignore", "pipe", "pipe"] });
  const finish = (child: ChildProcess): Promise<{ code: number | null; output: string }> =>
    new Promise((resolve, reject) => {
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, output }));
    });
  const command = async (...args: string[]): Promise<string> => {
    const { code, output } = await finish(spawnPulumi([...args, ...stackArgs]));
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  };
  let runs = 0;
  const args = (name: string, log: string, more: readonly string[]): string[] => [
    name,
    ...stackArgs,
    "--non-interactive",
    ...(name === "preview" ? [] : ["--yes", "--skip-preview"]),
    "--event-log",
    log,
    ...more,
  ];
  await finish(spawnPulumi(["stack", "init", "dev"])).then(({ code, output }) => {
    if (code !== 0) throw new Error(output);
  });
  return {
    folder,
    program,
    env,
    command,
    run: async (name, ...more) => {
      const log = join(folder, `events-${runs++}.json`);
      const started = performance.now();
      const { code, output } = await finish(spawnPulumi(args(name, log, more)));
      const seconds = (performance.now() - started) / 1000;
      return { code, output, ...parse(await readFile(log, "utf8").catch(() => "")), seconds };
    },
    start: (name, ...more) => spawnPulumi(args(name, join(folder, `events-${runs++}.json`), more)),
    config: async (values) => {
      await command(
        "config",
        "set-all",
        ...Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]),
      );
    },
    close: async () => {
      await rm(folder, { recursive: true, force: true });
    },
  };
};
