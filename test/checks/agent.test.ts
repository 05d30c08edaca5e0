// The node agent with real log files and a real collector behind it: what a record carries, and that a kill costs no line.
import { type ChildProcess, spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { agentConfig } from "../../layers/platform/observability/collector/agent.ts";
import { otelCollectorBinary } from "../../tools/image/build.ts";

const buildTimeout = 1_800_000;
const started: ChildProcess[] = [];
let program: string;
let folder: string;
let receiver: number;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

const eventually = async (condition: () => boolean, what: () => string, seconds: number): Promise<void> => {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(what());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const collector = async (name: string, config: unknown): Promise<{ process: ChildProcess; output: () => string }> => {
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, JSON.stringify(config));
  const child = spawn(program, [`--config=${file}`], { env: {}, stdio: ["ignore", "ignore", "pipe"] });
  started.push(child);
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const output = () => text;
  await eventually(
    () => text.includes("Everything is ready"),
    () => `${name} did not start:\n${text}`,
    30,
  );
  return { process: child, output };
};

const stop = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });

/** Takes what the agent sends, and prints every record. */
const sink = () =>
  collector("sink", {
    receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${receiver}` } } } },
    exporters: { debug: { verbosity: "detailed" } },
    service: {
      pipelines: { logs: { receivers: ["otlp"], exporters: ["debug"] } },
      telemetry: { metrics: { level: "none" } },
    },
  });

/** The configuration of the cluster, but for addresses: two tests may run at once. */
const agent = async () => {
  const config = agentConfig({
    gateway: `127.0.0.1:${receiver}`,
    namespace: "node-agents",
    workload: "otel-agent",
    logs: join(folder, "pods"),
    state: join(folder, "state"),
    node: "node-1",
  });
  return collector("agent", {
    ...config,
    extensions: { ...config.extensions, health_check: { endpoint: `127.0.0.1:${await freePort()}` } },
    service: { ...config.service, telemetry: { metrics: { level: "none" } } },
  });
};

const podinfo = "apps_podinfo-7d9c5b8f6d-x2k4p_11111111-1111-1111-1111-111111111111/podinfo";
const own = "node-agents_otel-agent-x2k4p_22222222-2222-2222-2222-222222222222/otel-agent";

const write = (container: string, lines: readonly string[], stream = "stdout F"): Promise<void> =>
  appendFile(
    join(folder, "pods", container, "0.log"),
    lines.map((line) => `${new Date().toISOString()} ${stream} ${line}\n`).join(""),
  );

beforeAll(async () => {
  program = await otelCollectorBinary();
  folder = await mkdtemp(join(tmpdir(), "strata-agent-"));
  receiver = await freePort();
  for (const path of ["state", join("pods", podinfo), join("pods", own)])
    await mkdir(join(folder, path), { recursive: true });
}, buildTimeout);

afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => stop(child, "SIGKILL")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("says where a line comes from, finds its trace, joins its parts, and leaves out its own lines", {
  timeout: 90_000,
}, async () => {
  const end = await sink();
  const running = await agent();
  await write(own, ["a line of the agent itself"]);
  await write(podinfo, ["first half, "], "stderr P");
  await write(podinfo, ["second half"], "stderr F");
  await write(podinfo, ['{"msg":"hello","trace_id":"6b65a6a71d8c9ef7afd82d46873cab35","span_id":"1111111111111111"}']);
  await eventually(
    () => end.output().includes("hello"),
    () => `no record arrived:\n${end.output()}\n${running.output()}`,
    30,
  );
  const text = end.output();
  for (const expected of [
    "-> k8s.node.name: Str(node-1)",
    "-> k8s.namespace.name: Str(apps)",
    "-> k8s.pod.name: Str(podinfo-7d9c5b8f6d-x2k4p)",
    "-> k8s.container.name: Str(podinfo)",
    "-> service.name: Str(podinfo)",
    "Body: Str(first half, second half)",
    "Trace ID: 6b65a6a71d8c9ef7afd82d46873cab35",
    "Span ID: 1111111111111111",
  ])
    expect(text).toContain(expected);
  expect(text).not.toContain("a line of the agent itself");
  expect(text).not.toContain("log.file.path");
});

it("loses no line and repeats none, though the gateway is away and the agent is killed", {
  timeout: 120_000,
}, async () => {
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `line-${from + index}-end`);
  const first = await agent();
  await write(podinfo, lines(0, 500));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await stop(first.process, "SIGKILL");
  await write(podinfo, lines(500, 1000));
  const second = await agent();
  await write(podinfo, lines(1000, 1500));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await stop(second.process, "SIGTERM");
  const third = await agent();
  const end = await sink();
  const seen = () => end.output().match(/line-\d+-end/g) ?? [];
  await eventually(
    () => new Set(seen()).size === 1500,
    () => `${seen().length} lines arrived\n${third.output()}`,
    60,
  );
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(seen().length).toBe(1500);
});
