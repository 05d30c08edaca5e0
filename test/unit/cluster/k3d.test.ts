import { describe, expect, test } from "vitest";
import type { Host } from "../../../tools/cluster/host.ts";
import { k3dDriver, k3dEnvironment } from "../../../tools/cluster/k3d.ts";
import { type Answer, k3dSpec, spec as kindSpec, recordingHost, running } from "./doubles.ts";

const ps = "docker ps -a --no-trunc --filter label=k3d.cluster=c";
const line = (id: string, name: string, state: string, role: string) => `${id}\t${name}\t${state}\t${role}\n`;
const server = line("s0", "k3d-c-server-0", "running", "server");
const helper = line("t", "k3d-c-tools", "running", "noRole");
const create = "k3d cluster create --config - --wait --timeout 60s --no-rollback";

const working: Readonly<Record<string, Answer>> = {
  "k3d cluster create": {},
  "k3d kubeconfig get": { stdout: "the kubeconfig" },
  "k3d cluster delete": {},
  [ps]: {},
  "docker volume ls": {},
  "docker network ls": {},
  "docker exec": {},
};

const withHost = (answers: Readonly<Record<string, Answer>>, changes: Partial<Host> = {}) => {
  const recorded = recordingHost(answers, changes);
  return { ...recorded, driver: k3dDriver("c", recorded.host) };
};

const ignore = () => {};

describe("build", () => {
  test("refuses another kind of cluster", async () => {
    const { driver } = withHost(working);
    await expect(driver.build(kindSpec, ignore)).rejects.toThrow("a kind cluster came to k3d's driver");
  });

  test("without k3d: nothing is fetched and nothing is made", async () => {
    const { driver, commands } = withHost(working, {
      locate: async (program) => (program === "k3d" ? Promise.reject(new Error("no k3d")) : `/bin/${program}`),
      fetchImage: async () => Promise.reject(new Error("an image was fetched")),
    });
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow("no k3d");
    expect(commands).toEqual([]);
  });

  test("a taken port: which, and who has it", async () => {
    const { driver, commands } = withHost(
      { ...working, "docker ps --filter publish=30300": { stdout: "k3d-other-server-0\n" } },
      { portIsFree: async (port) => port !== 30300 },
    );
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow(
      "The cluster needs a port that is taken:\n  - 127.0.0.1:30300 is taken by container k3d-other-server-0\n" +
        "Stop what holds them (for another cluster: kind delete cluster --name NAME, or k3d cluster delete NAME), then run this again.",
    );
    expect(commands.some((command) => command.startsWith("k3d"))).toBe(false);
  });

  test.each([
    ["node image", "docker.io/rancher/k3s:v1"],
    ["image of k3d's helper", "ghcr.io/k3d-io/k3d-tools:5"],
    ["image that k3s starts by itself", "docker.io/rancher/mirrored-pause:1"],
  ])("a %s that nobody has: nothing is created", async (_what, wanted) => {
    const { driver, commands } = withHost(working, {
      fetchImage: async ({ reference }) => {
        if (reference === wanted) throw new Error(`no ${reference}`);
      },
    });
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow(`no ${wanted}`);
    expect(commands.some((command) => command.startsWith("k3d"))).toBe(false);
  });

  test("a failure: k3d's last words, k3s' own, a hint, and nothing left", async () => {
    let gone = false;
    const { driver, commands } = withHost({
      ...working,
      "k3d cluster create": {
        code: 1,
        stderr:
          "\u001b[31mERRO\u001b[0m[0009] Failed Cluster Start: no space left on device \n" +
          "\u001b[31mFATA\u001b[0m[0009] Cluster creation FAILED, rollback deactivated. \n",
      },
      "docker logs --tail 100 s0": {
        stdout: 'time="2026" level=info msg="Starting k3s"\ntime="2026" level=fatal msg="failed to start"\n',
      },
      "k3d cluster delete": () => {
        gone = true;
        return {};
      },
      [ps]: () => ({ stdout: gone ? "" : helper + server }),
      "docker rm": {},
    });
    // What an earlier run left goes first; that of this one is looked at and goes after.
    gone = true;
    const building = driver.build(k3dSpec, () => {
      gone = false;
    });
    await expect(building).rejects.toThrow(
      "The k3d cluster c could not be created or started.\n" +
        "The engine's disk is full. Free some: docker system df, docker system prune\n" +
        "  k3d says:\n    ERRO[0009] Failed Cluster Start: no space left on device\n" +
        '  k3s says:\n    time="2026" level=fatal msg="failed to start"',
    );
    expect(commands).toContain("k3d cluster delete c");
    expect(gone).toBe(true);
  });

  test.each([
    ["k3d's own", { code: 1, stderr: "FATA[0060] Failed Cluster Start: context deadline exceeded" }],
    ["that of a k3d that hangs", { code: 124 }],
  ])("a timeout, %s, says so", async (_whose, result) => {
    const { driver } = withHost({ ...working, "k3d cluster create": result });
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow(
      "The k3d cluster c was not up within 60 s (cluster.timeoutSeconds).",
    );
  });

  test("a kubeconfig that k3d does not hand out: the cluster goes again", async () => {
    const { driver, commands } = withHost({
      ...working,
      "k3d kubeconfig get": { code: 1, stderr: "FATA[0000] failed to get kubeconfig for cluster 'c'" },
    });
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow("failed to get kubeconfig for cluster 'c'");
    expect(commands).toContain("k3d cluster delete c");
  });

  test("containerd that never answers in a node: the cluster goes again", async () => {
    const { driver, commands } = withHost({
      "docker exec k3d-c-agent-0 ctr version": { code: 1, stderr: "ctr: failed to dial containerd.sock" },
      ...working,
    });
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow("was not up within 60 s");
    expect(commands).toContain("k3d cluster delete c");
  });

  test("an image that does not go into the nodes: the cluster goes again", async () => {
    const { driver, commands } = withHost(working, {
      loadImage: async () => Promise.reject(new Error("the node's disk is full")),
    });
    await expect(driver.build(k3dSpec, ignore)).rejects.toThrow("the node's disk is full");
    expect(commands).toContain("k3d cluster delete c");
  });

  test("the configuration goes in on stdin, images into every node, the kubeconfig comes out", async () => {
    const sent: unknown[] = [];
    const loaded: unknown[] = [];
    const fetched: string[] = [];
    const pids: number[] = [];
    let answers = 0;
    const { driver, commands } = withHost(
      {
        // k3s is up, and its containerd not yet.
        "docker exec k3d-c-server-0 ctr version": () => ({ code: answers++ < 2 ? 1 : 0 }),
        ...working,
        "k3d cluster create": (_, { input, env }) => {
          sent.push(input, env?.["K3D_IMAGE_TOOLS"]);
          return {};
        },
      },
      {
        fetchImage: async ({ reference }) => void fetched.push(reference),
        loadImage: async ({ reference, cluster, nodes, distribution }) =>
          void loaded.push([reference, cluster, nodes, distribution]),
      },
    );
    expect(await driver.build(k3dSpec, (pid) => void pids.push(pid))).toBe("the kubeconfig");
    expect([sent, pids[0]]).toEqual([["kind: Simple\n", "ghcr.io/k3d-io/k3d-tools:5"], 4711]);
    expect(fetched).toEqual([
      "docker.io/rancher/k3s:v1",
      "ghcr.io/k3d-io/k3d-tools:5",
      "docker.io/rancher/mirrored-pause:1",
      "docker.io/rancher/mirrored-coredns-coredns:1",
    ]);
    const nodes = ["k3d-c-server-0", "k3d-c-agent-0"];
    expect(loaded).toEqual([
      ["docker.io/rancher/mirrored-pause:1", "c", nodes, "k3s"],
      ["docker.io/rancher/mirrored-coredns-coredns:1", "c", nodes, "k3s"],
    ]);
    expect(commands.filter((command) => !command.startsWith("docker"))).toEqual([create, "k3d kubeconfig get c"]);
    expect(commands.filter((command) => command.startsWith("docker exec"))).toHaveLength(4);
  });
});

describe("the environment of k3d", () => {
  test("no variable of the shell changes what the file says", () => {
    const shell = { K3D_AGENTS: "5", K3D_IMAGE: "rancher/k3s:latest", LOG_LEVEL: "debug", PATH: "/bin", HOME: "/root" };
    expect(k3dEnvironment(shell)).toEqual({ K3D_AGENTS: "", K3D_IMAGE: "", LOG_LEVEL: "" });
  });

  test("the fixes of the machine stay, and the helper's image is the one that was fetched", () => {
    expect(k3dEnvironment({ K3D_FIX_DNS: "0", K3D_IMAGE_TOOLS: "mine" }, "pinned")).toEqual({
      LOG_LEVEL: "",
      K3D_IMAGE_TOOLS: "pinned",
    });
  });
});

describe("the containers", () => {
  test("the server first; the helper of k3d is none of the cluster's", async () => {
    const { driver } = withHost({
      [ps]: {
        stdout:
          helper +
          line("a1", "k3d-c-agent-1", "exited", "agent") +
          line("a0", "k3d-c-agent-0", "running", "agent") +
          line("s0", "k3d-c-server-0", "exited", "server"),
      },
    });
    expect((await driver.parts()).map(({ id, running: isRunning }) => [id, isRunning])).toEqual([
      ["s0", false],
      ["a0", true],
      ["a1", false],
    ]);
  });

  test("an engine that is off is named", async () => {
    const { driver } = withHost({
      [ps]: { code: 1, stderr: "Cannot connect to the Docker daemon at unix:///x.sock." },
    });
    await expect(driver.parts()).rejects.toThrow("The container engine does not answer.");
  });

  test("start by the engine, in the given order; stop leaves a server time to drain itself", async () => {
    const { driver, commands } = withHost({ "docker start": {}, "docker stop": {} });
    await driver.start([running, { ...running, id: "id2" }]);
    await driver.stop([running]);
    expect(commands).toEqual(["docker start id1 id2", "docker stop -t 60 id1"]);
  });

  test("a start that fails is explained", async () => {
    const { driver } = withHost({
      "docker start": { code: 1, stderr: "Bind for 127.0.0.1:30300 failed: port is already allocated" },
    });
    await expect(driver.start([running])).rejects.toThrow(
      "The k3d cluster c could not be created or started.\nA port was taken between the check and the start.",
    );
  });

  test("start in the order of their addresses", async () => {
    const { driver } = withHost({ "docker inspect": { stdout: "172.19.0.4\n172.19.0.2\n172.19.0.3\n" } });
    const order = await driver.startOrder(["a", "b", "c"].map((id) => ({ ...running, id })));
    expect(order.map((part) => part.id)).toEqual(["b", "c", "a"]);
  });

  test("the last words are the server's", async () => {
    const { driver, commands } = withHost({
      [ps]: { stdout: helper + server },
      "docker logs": { stderr: "E1122 boom\n" },
    });
    expect(await driver.trouble()).toBe("E1122 boom");
    expect(commands.at(-1)).toBe("docker logs --tail 100 s0");
  });

  test("no server, no words", async () => {
    expect(await withHost({ [ps]: {} }).driver.trouble()).toBe("");
  });
});

describe("remove", () => {
  const anonymous = "0123456789abcdef".repeat(4);

  test("without k3d still takes containers, helper, volumes and network", async () => {
    let gone = false;
    const { driver, commands } = withHost(
      {
        "docker rm --force --volumes": () => {
          gone = true;
          return {};
        },
        "docker volume ls --quiet --filter label=k3d.cluster=c": { stdout: "k3d-c-images\n" },
        "docker volume rm": {},
        "docker network ls --quiet --filter label=app=k3d --filter name=^k3d-c$": { stdout: "n1\n" },
        "docker network rm": {},
        [ps]: () => ({ stdout: gone ? "" : server + helper }),
      },
      { locate: async (program) => (program === "k3d" ? Promise.reject(new Error("no k3d")) : `/bin/${program}`) },
    );
    await driver.remove([anonymous, "k3d-c-images"]);
    expect(commands.filter((command) => / rm /.test(command))).toEqual([
      "docker rm --force --volumes s0 t",
      `docker volume rm --force ${anonymous} k3d-c-images`,
      "docker network rm n1",
    ]);
  });

  test("containers that stay are named", async () => {
    const { driver } = withHost({ ...working, "docker rm": {}, [ps]: { stdout: server } });
    await expect(driver.remove()).rejects.toThrow(
      "The engine does not remove k3d-c-server-0. Restart it and try again.",
    );
  });

  test("a network that somebody else uses stays, and is told", async () => {
    const { driver, host } = withHost({
      ...working,
      "docker network ls": { stdout: "n1\n" },
      "docker network rm": { code: 1, stderr: "network k3d-c has active endpoints" },
    });
    await driver.remove();
    expect(host.said).toEqual(["The network k3d-c stays: something else is connected to it"]);
  });

  test("an engine that is off: k3d is not even asked", async () => {
    const { driver, commands } = withHost({
      ...working,
      [ps]: { code: 1, stderr: "Cannot connect to the Docker daemon" },
    });
    await expect(driver.remove()).rejects.toThrow("The container engine does not answer.");
    expect(commands.filter((command) => command.startsWith("k3d"))).toEqual([]);
  });

  test("volumes of the nodes: anonymous ones and k3d's own, each once", async () => {
    const { driver } = withHost({
      "docker inspect": { stdout: `${anonymous}\nk3d-c-images\n\npostgres-data\nk3d-c-images\n` },
    });
    expect(await driver.volumes([running])).toEqual([anonymous, "k3d-c-images"]);
    expect(await driver.volumes([])).toEqual([]);
  });
});
