import { describe, expect, test } from "vitest";
import type { Host } from "../../../tools/cluster/host.ts";
import { kindDriver } from "../../../tools/cluster/kind.ts";
import { type Answer, recordingHost, running, spec } from "./doubles.ts";

const ps = "docker ps -a --no-trunc --filter label=io.x-k8s.kind.cluster=c";
const line = (id: string, name: string, state: string, role: string) => `${id}\t${name}\t${state}\t${role}\n`;

const working: Readonly<Record<string, Answer>> = {
  "kind version": { stdout: "0.33.0\n" },
  "kind create cluster": {},
  "kind get kubeconfig": { stdout: "the kubeconfig" },
};

const withHost = (answers: Readonly<Record<string, Answer>>, changes: Partial<Host> = {}) => {
  const recorded = recordingHost(answers, changes);
  return { ...recorded, driver: kindDriver("c", recorded.host) };
};

const ignore = () => {};

describe("build", () => {
  test("refuses another kind of cluster", async () => {
    const { driver } = withHost(working);
    const kwok = {
      kind: "kwok",
      name: "c",
      incarnation: 1,
      hash: "h",
      kubernetes: "1",
      nodes: 1,
      timeoutSeconds: 1,
    } as const;
    await expect(driver.build(kwok, ignore)).rejects.toThrow("a kwok cluster came to kind's driver");
  });

  test("a kind that is too old for kubeadm v1beta4", async () => {
    const { driver, commands } = withHost({ ...working, "kind version": { stdout: "0.32.0\n" } });
    await expect(driver.build({ ...spec, kubernetes: "1.36" }, ignore)).rejects.toThrow(
      "kind 0.32.0 (/bin/kind) is too old for Kubernetes 1.36: 0.33.0 or later is needed.\n" +
        "Install kind 0.33.0, or take that one off PATH and run: npm run setup kind",
    );
    expect(commands).not.toContain("kind create cluster --name c --config - --retain");
  });

  test("a taken port: which, and who has it", async () => {
    const { driver, commands } = withHost(
      { ...working, "docker ps --filter publish=30300": { stdout: "other-control-plane\n" } },
      { portIsFree: async (port) => port !== 30300 },
    );
    await expect(driver.build(spec, ignore)).rejects.toThrow(
      "The cluster needs a port that is taken:\n  - 127.0.0.1:30300 is taken by container other-control-plane\n" +
        "Stop what holds them (for another cluster: kind delete cluster --name NAME, or k3d cluster delete NAME), then run this again.",
    );
    expect(commands.some((command) => command.startsWith("kind create"))).toBe(false);
  });

  test("two taken ports, by processes", async () => {
    const { driver } = withHost(
      {
        ...working,
        "docker ps --filter publish": {},
        "lsof -nP -iTCP:30300": { stdout: "p123\ncnode\n" },
        "lsof -nP": { code: 127 },
        ss: { stdout: 'LISTEN 0 511 127.0.0.1:6550 0.0.0.0:* users:(("python3",pid=77,fd=3))' },
      },
      { portIsFree: async () => false },
    );
    await expect(driver.build({ ...spec, hostPorts: [30300, 6550] }, ignore)).rejects.toThrow(
      "The cluster needs ports that are taken:\n" +
        "  - 127.0.0.1:30300 is taken by process node (pid 123)\n  - 127.0.0.1:6550 is taken by process python3 (pid 77)\n",
    );
  });

  test("a node image that nobody has: nothing is created", async () => {
    const { driver, commands } = withHost(working, {
      fetchImage: async ({ reference, digest }) => Promise.reject(new Error(`no ${reference} ${digest}`)),
    });
    await expect(driver.build(spec, ignore)).rejects.toThrow("no docker.io/kindest/node:v1 sha256:d");
    expect(commands.some((command) => command.startsWith("kind create"))).toBe(false);
  });

  test("a failure: kind's last words, the kubelet's, a hint, and nothing left", async () => {
    let gone = false;
    const { driver, commands } = withHost({
      ...working,
      "kind create cluster": {
        code: 1,
        stderr: " ✓ Preparing nodes\nERROR: failed to create cluster: no space left on device\n",
      },
      "docker exec id1 journalctl": { stdout: "I0101 fine\nE0101 kubelet.go:1] boom\n" },
      "kind delete cluster": () => {
        gone = true;
        return {};
      },
      [ps]: () => ({ stdout: gone ? "" : line("id1", "c-control-plane", "running", "control-plane") }),
    });
    await expect(driver.build(spec, ignore)).rejects.toThrow(
      "The kind cluster c could not be created or started.\n" +
        "The engine's disk is full. Free some: docker system df, docker system prune\n" +
        "  kind says:\n    ERROR: failed to create cluster: no space left on device\n" +
        "  the node's kubelet says:\n    E0101 kubelet.go:1] boom",
    );
    expect(commands).toContain("kind delete cluster --name c");
  });

  test("a timeout says so", async () => {
    const { driver } = withHost({ ...working, "kind create cluster": { code: 124 }, "kind delete": {}, [ps]: {} });
    await expect(driver.build(spec, ignore)).rejects.toThrow(
      "The kind cluster c was not up within 60 s (cluster.timeoutSeconds).",
    );
  });

  test("the configuration goes in on stdin, the kubeconfig comes out, and the process is made known", async () => {
    let sent: string | undefined;
    const pids: number[] = [];
    const { driver, commands } = withHost({
      ...working,
      "kind create cluster": (_, { input }) => {
        sent = input;
        return {};
      },
    });
    expect(await driver.build(spec, (pid) => void pids.push(pid))).toBe("the kubeconfig");
    expect([sent, pids]).toEqual(["kind: Cluster\n", [4711]]);
    expect(commands).toEqual([
      "kind version --quiet",
      "docker image inspect --format {{json .}} strata.local/node:c",
      "kind create cluster --name c --config - --retain",
      "kind get kubeconfig --name c",
    ]);
  });
});

describe("a baked node image", () => {
  const image = (base: string) => JSON.stringify({ Id: "base", Config: { Labels: { "dev.strata.bake.base": base } } });

  test.each([
    ["of this node image is used", "base", ["--image", "strata.local/node:c"]],
    ["of another is not", "older", []],
  ])("%s", async (_what, base, expected) => {
    const { driver, commands } = withHost({ ...working, "docker image inspect": { stdout: image(base) } });
    await driver.build(spec, ignore);
    expect(commands).toContain(["kind create cluster --name c --config - --retain", ...expected].join(" "));
  });
});

describe("the engine", () => {
  test.each([
    [
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      "does not answer",
    ],
    ["error during connect: Get http://...: dial tcp 127.0.0.1:1: connect: connection refused", "does not answer"],
    [
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
      "may not use",
    ],
  ])("%s", async (stderr, message) => {
    const { driver } = withHost({ [ps]: { code: 1, stderr } });
    await expect(driver.parts()).rejects.toThrow(message);
  });

  test("that hangs", async () => {
    const { driver } = withHost({ [ps]: { code: 124 } });
    await expect(driver.parts()).rejects.toThrow(
      "The container engine did not answer within 10 seconds. Restart it, then run this again.",
    );
  });

  test("lists nodes, the control plane first, so that it starts first", async () => {
    const { driver } = withHost({
      [ps]: {
        stdout:
          line("w2", "c-worker2", "exited", "worker") +
          line("w1", "c-worker", "running", "worker") +
          line("cp", "c-control-plane", "exited", "control-plane"),
      },
    });
    expect((await driver.parts()).map(({ id, running: isRunning }) => [id, isRunning])).toEqual([
      ["cp", false],
      ["w1", true],
      ["w2", false],
    ]);
  });
});

test("start and stop name the containers", async () => {
  const { driver, commands } = withHost({ "docker start": {}, "docker stop": {} });
  await driver.start([running, { ...running, id: "id2" }]);
  await driver.stop([running]);
  expect(commands).toEqual(["docker start id1 id2", "docker stop id1"]);
});

test("nodes start in the order of their addresses, so that each gets its own again", async () => {
  const { driver } = withHost({ "docker inspect": { stdout: "172.18.0.10\n172.18.0.9\n172.18.0.2\n" } });
  const order = await driver.startOrder(["a", "b", "c"].map((id) => ({ ...running, id })));
  expect(order.map((part) => part.id)).toEqual(["c", "b", "a"]);
});

test("remove without kind still removes the containers", async () => {
  let gone = false;
  const { driver, commands } = withHost(
    {
      "docker rm --force --volumes id1": () => {
        gone = true;
        return {};
      },
      [ps]: () => ({ stdout: gone ? "" : line("id1", "c-control-plane", "running", "control-plane") }),
    },
    {
      locate: async (program) => {
        if (program === "kind") throw new Error("not there");
        return `/bin/${program}`;
      },
    },
  );
  await driver.remove();
  expect(commands.filter((command) => !command.startsWith("docker ps"))).toEqual(["docker rm --force --volumes id1"]);
});

describe("volumes", () => {
  const anonymous = "0123456789abcdef".repeat(4);

  test("are the nodes' own; one with a name belongs to somebody", async () => {
    const { driver, commands } = withHost({ "docker inspect": { stdout: `${anonymous}\npostgres-data\n\n` } });
    expect(await driver.volumes([running, { ...running, id: "id2" }])).toEqual([anonymous]);
    expect(commands).toEqual([
      'docker inspect --format {{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}} id1 id2',
    ]);
  });

  test("of no nodes are none, and nobody is asked", async () => {
    expect(await withHost({}).driver.volumes([])).toEqual([]);
  });

  test("that outlived their nodes are removed, too", async () => {
    const { driver, commands } = withHost({ "kind delete": {}, [ps]: {}, "docker volume rm": {} });
    await driver.remove([anonymous]);
    expect(commands.at(-1)).toBe(`docker volume rm --force ${anonymous}`);
  });
});
