// Doubles for the cluster tools: a host that records what is run, a driver and an API server that are plain values, a store in memory.
import type { K3dSpec, KindSpec } from "../../../layers/cluster/spec.ts";
import type { Api } from "../../../tools/cluster/api.ts";
import type { Driver, Part } from "../../../tools/cluster/driver.ts";
import type { Host, RunOptions, RunResult } from "../../../tools/cluster/host.ts";
import type { Lifecycle } from "../../../tools/cluster/lifecycle.ts";
import type { Memory, Store } from "../../../tools/cluster/memory.ts";

export const spec: KindSpec = {
  kind: "kind",
  name: "c",
  incarnation: 7,
  hash: "h",
  nodeConfig: "kind: Cluster\n",
  kubernetes: "1.34",
  nodeImage: {
    key: "node",
    reference: "docker.io/kindest/node:v1",
    digest: "sha256:d",
    pullThroughCache: false,
    timeoutSeconds: 30,
  },
  hostPorts: [30300],
  timeoutSeconds: 60,
};

const image = (reference: string) => ({
  key: reference,
  reference,
  pullThroughCache: false,
  timeoutSeconds: 30,
});

export const k3dSpec: K3dSpec = {
  kind: "k3d",
  name: "c",
  incarnation: 7,
  hash: "h",
  config: "kind: Simple\n",
  kubernetes: "1.34",
  nodeImage: { ...image("docker.io/rancher/k3s:v1"), digest: "sha256:d" },
  systemImages: [image("docker.io/rancher/mirrored-pause:1"), image("docker.io/rancher/mirrored-coredns-coredns:1")],
  toolsImage: image("ghcr.io/k3d-io/k3d-tools:5"),
  nodes: ["k3d-c-server-0", "k3d-c-agent-0"],
  hostPorts: [30300],
  timeoutSeconds: 60,
};

export const ready: Memory = {
  kind: "kind",
  name: "c",
  incarnation: 7,
  hash: "h",
  phase: "ready",
  nodes: ["id1"],
  creators: [],
};

/** Time that passes only by sleeping. */
export const fakeHost = (changes: Partial<Host> = {}): Host & { readonly said: string[] } => {
  const said: string[] = [];
  let time = 1_800_000_000_000;
  return {
    said,
    run: () => Promise.reject(new Error("nothing may be run")),
    locate: async (program) => `/bin/${program}`,
    fetchImage: async () => {},
    loadImage: async () => {},
    portIsFree: async () => true,
    isRunning: () => false,
    kill: () => {},
    startWatch: () => 4712,
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
    say: (line) => void said.push(line),
    ...changes,
  };
};

export type Answer =
  | Partial<RunResult>
  | ((args: readonly string[], options: Pick<RunOptions, "input" | "env">) => Partial<RunResult>);

/** A host whose programs are a table from the start of a command line to its result; what is not in it fails the test. */
export const recordingHost = (answers: Readonly<Record<string, Answer>>, changes: Partial<Host> = {}) => {
  const commands: string[] = [];
  const unknown: string[] = [];
  const host = fakeHost({
    run: async (program, args, options) => {
      const line = [program.replace("/bin/", ""), ...args].join(" ");
      commands.push(line);
      const key = Object.keys(answers).find((start) => line.startsWith(start));
      if (key === undefined) unknown.push(line);
      const answer = key === undefined ? { code: 99 } : answers[key];
      const result = typeof answer === "function" ? answer(args, options ?? {}) : answer;
      options?.onStart?.(4711);
      return { code: 0, stdout: "", stderr: "", ...result };
    },
    ...changes,
  });
  return { host, commands, unknown };
};

export const fakeStore = (memory?: Memory, kubeconfig?: string): Store => {
  let held = memory;
  let text = kubeconfig;
  let watcher: number | undefined;
  return {
    folder: "/state/clusters/c",
    read: () => held,
    write: (next) => {
      held = next;
    },
    kubeconfig: () => text,
    writeKubeconfig: (next) => {
      text = next;
    },
    watcher: () => watcher,
    writeWatcher: (pid) => {
      watcher = pid;
    },
    forget: () => {
      held = undefined;
      text = undefined;
      watcher = undefined;
    },
  };
};

export interface Machine {
  parts: Part[];
  /** What the API server does, call by call; the last one stays. */
  health: ("silent" | "ready" | "healthy")[];
  namespaces: string[];
}

const node = (condition: string) => ({ status: { conditions: [{ type: "Ready", status: condition }] } });

/** An API server that answers from the machine's description. */
export const fakeApi = (machine: Machine): Api => ({
  call: async (_method, path) => {
    const health = machine.health[0] ?? "silent";
    if (path.startsWith("/api/v1/nodes")) {
      // A health check asks for /readyz first and for nodes second.
      if (machine.health.length > 1) machine.health.shift();
      if (health === "silent") return undefined;
      return { status: 200, body: JSON.stringify({ items: [node(health === "healthy" ? "True" : "False")] }) };
    }
    if (health === "silent") return undefined;
    if (path === "/readyz") return { status: 200, body: "ok" };
    return {
      status: 200,
      body: JSON.stringify({ items: machine.namespaces.map((name) => ({ metadata: { name } })) }),
    };
  },
});

export const running: Part = { id: "id1", name: "c-control-plane", running: true };
export const stopped: Part = { ...running, running: false };

/** A life cycle over a described machine; `actions` is what the driver was asked to do. */
export const fakeLifecycle = (given: {
  machine?: Partial<Machine>;
  memory?: Memory;
  kubeconfig?: string;
  host?: Partial<Host>;
  driver?: Partial<Driver>;
}) => {
  const machine: Machine = { parts: [], health: ["healthy"], namespaces: ["default", "kube-system"], ...given.machine };
  const actions: string[] = [];
  const host = fakeHost(given.host);
  const store = fakeStore(given.memory, given.kubeconfig);
  const driver: Driver = {
    parts: async () => machine.parts,
    seemsComplete: () => true,
    build: async (_spec, onStart) => {
      actions.push("build");
      onStart(4711);
      machine.parts = [{ ...running, id: "new" }];
      return "new kubeconfig";
    },
    startOrder: async (parts) => parts,
    start: async (parts) => void actions.push(`start ${parts.map((part) => part.id).join(" ")}`),
    stop: async (parts) => void actions.push(`stop ${parts.map((part) => part.id).join(" ")}`),
    trouble: async () => "last words",
    volumes: async () => [],
    remove: async (volumes = []) => {
      actions.push(["remove", ...volumes].join(" "));
      machine.parts = [];
    },
    ...given.driver,
  };
  const lifecycle: Lifecycle = { host, store, driver, connect: () => fakeApi(machine) };
  return { lifecycle, machine, actions, said: host.said, store };
};
