// The life cycle over k3d's own driver and an engine that remembers: what is left, and what is started, is what counts.
import { describe, expect, test } from "vitest";
import { factsOf } from "../../../tools/cluster/facts.ts";
import { k3dDriver } from "../../../tools/cluster/k3d.ts";
import { create, type Lifecycle } from "../../../tools/cluster/lifecycle.ts";
import type { Memory } from "../../../tools/cluster/memory.ts";
import { powerOff } from "../../../tools/cluster/power.ts";
import { remove } from "../../../tools/cluster/removal.ts";
import { fakeApi, fakeStore, k3dSpec, type Machine, recordingHost } from "./doubles.ts";

interface Container {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  running: boolean;
}

const nodes = (running = true): Container[] => [
  { id: "s0", name: "k3d-c-server-0", role: "server", running },
  { id: "a0", name: "k3d-c-agent-0", role: "agent", running },
];
const helper: Container = { id: "t", name: "k3d-c-tools", role: "noRole", running: true };

const memory: Memory = {
  kind: "k3d",
  name: "c",
  incarnation: 7,
  hash: "h",
  phase: "ready",
  nodes: ["s0", "a0"],
  creators: [],
  volumes: ["k3d-c-images"],
};

interface Given {
  readonly containers?: Container[];
  readonly memory?: Memory;
  readonly health?: Machine["health"];
  /** k3d's creation ends with this, its containers half made. */
  readonly failure?: string;
}

/** An engine with the state of one cluster, and a k3d that works on it. */
const world = (given: Given = {}) => {
  const made = (given.containers ?? []).length > 0;
  const state = {
    containers: given.containers ?? [],
    volumes: made ? ["k3d-c-images"] : [],
    networks: made ? ["k3d-c"] : [],
  };
  const clear = () => Object.assign(state, { containers: [], volumes: [], networks: [] });
  const { host, commands, unknown } = recordingHost({
    "docker ps": () => ({
      stdout: state.containers
        .map(({ id, name, role, running }) => `${id}\t${name}\t${running ? "running" : "exited"}\t${role}\n`)
        .join(""),
    }),
    "docker inspect": { stdout: "172.19.0.2\n172.19.0.3\n" },
    "docker logs": { stdout: 'level=fatal msg="no memory left"\n' },
    "docker exec": {},
    "docker rm": () => {
      state.containers = [];
      return {};
    },
    "docker volume ls": () => ({ stdout: state.volumes.join("\n") }),
    "docker volume rm": () => {
      state.volumes = [];
      return {};
    },
    "docker network ls": () => ({ stdout: state.networks.join("\n") }),
    "docker network rm": () => {
      state.networks = [];
      return {};
    },
    "docker start": (args) => {
      for (const container of state.containers) if (args.includes(container.id)) container.running = true;
      return {};
    },
    "docker stop": (args) => {
      for (const container of state.containers) if (args.includes(container.id)) container.running = false;
      return {};
    },
    "k3d cluster create": () => {
      if (state.networks.length > 0) return { code: 1, stderr: "a network of an earlier cluster was taken over" };
      Object.assign(state, { containers: nodes(), volumes: ["k3d-c-images"], networks: ["k3d-c"] });
      return given.failure === undefined ? {} : { code: 1, stderr: given.failure };
    },
    "k3d kubeconfig get": { stdout: "the kubeconfig" },
    "k3d cluster delete": () => {
      clear();
      return {};
    },
  });
  const machine: Machine = { parts: [], health: given.health ?? ["healthy"], namespaces: ["default", "kube-system"] };
  const store = fakeStore(given.memory, given.memory && "k");
  const lifecycle: Lifecycle = { host, store, driver: k3dDriver("c", host), connect: () => fakeApi(machine) };
  return { lifecycle, state, commands, unknown, store, said: host.said };
};

const facts = (lifecycle: Lifecycle) => factsOf(lifecycle, (incarnation) => ({ ...k3dSpec, incarnation }), "heal");
const empty = { containers: [], volumes: [], networks: [] };
const built = { name: "c", incarnation: 7, kubeconfig: "the kubeconfig" };

describe("create", () => {
  test("where nothing is", async () => {
    const { lifecycle, store, unknown } = world();
    expect(await create(lifecycle, k3dSpec)).toEqual(built);
    expect(store.read()).toMatchObject({ kind: "k3d", phase: "ready", nodes: ["s0", "a0"] });
    expect(unknown).toEqual([]);
  });

  test("after a killed creation: its network and its helper go first", async () => {
    const { lifecycle } = world({
      containers: [helper],
      memory: { ...memory, phase: "creating", nodes: [], creators: [99, 100] },
    });
    expect(await create(lifecycle, k3dSpec)).toEqual(built);
  });

  test("ends the k3d of a dead creator", async () => {
    const killed: number[] = [];
    const { lifecycle } = world({ memory: { ...memory, phase: "creating", nodes: [], creators: [99, 100] } });
    const host = {
      ...lifecycle.host,
      isRunning: (pid: number, mark?: string) => pid === 100 && "k3d cluster create --config -".includes(mark ?? ""),
      kill: (pid: number) => void killed.push(pid),
    };
    await create({ ...lifecycle, host }, k3dSpec);
    expect(killed).toEqual([100]);
  });

  test("a cluster that strata did not make is neither used nor touched", async () => {
    const { lifecycle, state, commands } = world({ containers: nodes() });
    await expect(create(lifecycle, k3dSpec)).rejects.toThrow(
      "A k3d cluster named c exists that strata did not make (k3d-c-server-0, k3d-c-agent-0).\n" +
        "Delete it (k3d cluster delete c), or give this stack another one: cluster.name in the stack file.",
    );
    expect(state.containers).toHaveLength(2);
    expect(commands.filter((command) => !command.startsWith("docker ps"))).toEqual([]);
  });

  test("that fails leaves nothing on the engine, and nothing remembered", async () => {
    const { lifecycle, state, store } = world({ failure: "FATA[0009] Failed Cluster Start: node failed to get ready" });
    await expect(create(lifecycle, k3dSpec)).rejects.toThrow(
      '  k3d says:\n    FATA[0009] Failed Cluster Start: node failed to get ready\n  k3s says:\n    level=fatal msg="no memory left"',
    );
    expect(state).toEqual(empty);
    expect(store.read()).toBeUndefined();
  });
});

describe("before an up", () => {
  test("a healthy one costs the engine nothing", async () => {
    const { lifecycle, commands } = world({ containers: nodes(), memory });
    expect(await facts(lifecycle)).toEqual({ state: "healthy", incarnation: 7 });
    expect(commands).toEqual([]);
  });

  test("a stopped one is started, all its nodes", async () => {
    const health: Machine["health"] = ["silent", "silent", "ready", "healthy"];
    const { lifecycle, state, commands } = world({ containers: nodes(false), memory, health });
    expect(await facts(lifecycle)).toEqual({ state: "healthy", incarnation: 7 });
    expect(state.containers.every(({ running }) => running)).toBe(true);
    expect(commands).toContain("docker start s0 a0");
  });

  test("a sick one is restarted, and where that does not help replaced", async () => {
    const { lifecycle, commands, said } = world({ containers: nodes(), memory, health: ["silent"] });
    expect(await facts(lifecycle)).toEqual({ state: "sick", incarnation: 8 });
    expect(commands.filter((command) => /stop|start/.test(command))).toEqual([
      "docker stop -t 60 s0 a0",
      "docker start s0 a0",
    ]);
    expect(said.at(-1)).toBe("Cluster c does not recover: it will be replaced, and everything in it created anew");
  });

  test("one that lost a node is gone, whatever k3d's helper does", async () => {
    const [server] = nodes() as [Container];
    const lost = world({ containers: [server, helper], memory, health: ["silent"] });
    expect(await facts(lost.lifecycle)).toMatchObject({ state: "absent" });
    const whole = world({ containers: [...nodes(false), helper], memory, health: ["silent", "silent", "healthy"] });
    expect(await facts(whole.lifecycle)).toEqual({ state: "healthy", incarnation: 7 });
  });
});

test("stop tells, and a second one finds nothing to do", async () => {
  const { lifecycle, state } = world({ containers: nodes(), memory });
  expect(await powerOff(lifecycle)).toContain("c is stopped after");
  expect(state.containers.every(({ running }) => !running)).toBe(true);
  expect(await powerOff(lifecycle)).toContain("c is stopped already");
});

describe("delete", () => {
  test("leaves nothing", async () => {
    const { lifecycle, state, store } = world({ containers: [...nodes(), helper], memory });
    await remove(lifecycle, 60);
    expect(state).toEqual(empty);
    expect(store.read()).toBeUndefined();
  });

  test("leaves somebody else's cluster of that name", async () => {
    const foreign = nodes().map((container) => ({ ...container, id: `other-${container.id}` }));
    const { lifecycle, state, said } = world({ containers: foreign, memory });
    await remove(lifecycle, 60);
    expect(state.containers).toHaveLength(2);
    expect(said.at(-1)).toBe("k3d-c-server-0, k3d-c-agent-0 was not made by strata and stays");
  });
});
