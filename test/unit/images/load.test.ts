import { describe, expect, test } from "vitest";
import type { LoadRequest } from "../../../layers/cluster/images/request.ts";
import { importArgs, load, parseCheck, parseSnapshotter } from "../../../tools/image/load.ts";
import { type Answer, recordingMachine } from "../../support/image-machine.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const reference = "docker.io/library/postgres:17.10";
const request: LoadRequest = {
  key: "postgres",
  reference,
  pullThroughCache: false,
  timeoutSeconds: 60,
  cluster: "strata-dev",
  nodes: ["strata-dev-control-plane", "strata-dev-worker"],
};
const row = (status: string, unpacked: string, of = digest("d")): string =>
  `REF TYPE DIGEST STATUS SIZE UNPACKED\n${reference} application/vnd.docker.distribution.manifest.v2+json ${of} ${status} 2.0 MiB/2.0 MiB ${unpacked}\n`;
const whole = row("complete (2/2)", "true");

interface Nodes {
  /** By node: what `ctr images check` prints, first before the import and then after it. */
  readonly checks: Readonly<Record<string, readonly string[]>>;
  readonly answer?: (line: string) => Answer | undefined;
}

const machineWith = ({ checks, answer }: Nodes) => {
  const looked: Record<string, number> = {};
  return recordingMachine((line) => {
    const own = answer?.(line);
    if (own) return own;
    if (line.includes("image inspect")) return { stdout: `${digest("c")}\t87\t[]` };
    const node = /docker exec (\S+) ctr .* images check/.exec(line)?.[1];
    if (node !== undefined) {
      const nth = looked[node] ?? 0;
      looked[node] = nth + 1;
      return { stdout: checks[node]?.[Math.min(nth, (checks[node]?.length ?? 1) - 1)] ?? "" };
    }
    if (line.includes("content get"))
      return { stdout: JSON.stringify({ config: { digest: digest("c") } }, undefined, 1) };
    if (line.includes("containerd config dump"))
      return { stdout: '  [plugins."x"]\n      snapshotter = "fuse-overlayfs"\n' };
    return undefined;
  });
};

const [control = "", worker = ""] = request.nodes;

describe("what a node has", () => {
  test.each([
    ["nothing", "REF TYPE DIGEST STATUS SIZE UNPACKED\n", undefined],
    ["a whole image", whole, { whole: true, digest: digest("d") }],
    ["an image of which parts are missing", row("incomplete (1/2)", "false"), { whole: false, digest: digest("d") }],
    ["an image that was never unpacked", row("complete (2/2)", "false"), { whole: true, digest: digest("d") }],
  ])("%s", (_what, output, expected) => {
    expect(parseCheck(output)).toEqual(expected);
  });

  test.each([
    ['      snapshotter = "overlayfs"\n', "overlayfs"],
    ["    snapshotter = 'native'\n", "native"],
    ["", "overlayfs"],
  ])("its storage driver in %j", (config, expected) => {
    expect(parseSnapshotter(config)).toBe(expected);
  });
});

test("the import reads the archive from standard input", () => {
  expect(importArgs("n", "overlayfs", "all").join(" ")).toBe(
    "exec --interactive n ctr --namespace=k8s.io images import --all-platforms --snapshotter=overlayfs -",
  );
});

describe("load", () => {
  test("into nodes of k3s: containerd's configuration is a file there", async () => {
    const machine = machineWith({
      checks: { [control]: ["", whole], [worker]: ["", whole] },
      answer: (line) =>
        line.includes(" cat /var/lib/rancher/k3s/agent/etc/containerd/config.toml")
          ? { stdout: "[plugins.'io.containerd.cri.v1.images']\n  snapshotter = \"native\"\n" }
          : undefined,
    });
    await load(machine, machine.docker, { ...request, distribution: "k3s" });
    expect(machine.ran.filter((line) => line.includes("containerd config dump"))).toEqual([]);
    expect(machine.streams[0]?.targets.map(({ args }) => args)).toEqual([
      importArgs(control, "native", "all"),
      importArgs(worker, "native", "all"),
    ]);
  });

  test("of a node that is gone says what to do", async () => {
    const machine = machineWith({
      checks: {},
      answer: (line) =>
        line.includes("images check") ? { code: 1, stderr: `Error: No such container: ${control}` } : undefined,
    });
    await expect(load(machine, machine.docker, request)).rejects.toThrow(
      `The node ${control} of the cluster strata-dev does not answer: Error: No such container: ${control}\nRun the same command again`,
    );
  });

  test("sends nothing where every node has that very image", async () => {
    const machine = machineWith({ checks: { [control]: [whole], [worker]: [whole] } });
    expect(await load(machine, machine.docker, request)).toEqual({ source: "node", bytes: 0 });
    expect(machine.streams).toEqual([]);
  });

  test("sends from the engine to all nodes that lack it, at once", async () => {
    const machine = machineWith({ checks: { [control]: ["", whole], [worker]: ["", whole] } });
    expect(await load(machine, machine.docker, request)).toEqual({ source: "engine", bytes: 87 });
    expect(machine.streams).toEqual([
      {
        source: { call: { program: "docker", args: ["save", reference] } },
        targets: [control, worker].map((node) => ({
          program: "docker",
          args: importArgs(node, "fuse-overlayfs", "all"),
        })),
      },
    ]);
  });

  test("sends only to the node that lacks it, or has it in part", async () => {
    const machine = machineWith({
      checks: { [control]: [whole], [worker]: [row("incomplete (1/2)", "false"), whole] },
    });
    await load(machine, machine.docker, request);
    expect(machine.streams[0]?.targets.map(({ args }) => args[2])).toEqual([worker]);
  });

  test("replaces another image of the same tag", async () => {
    const other = JSON.stringify({ config: { digest: digest("e") } });
    const machine = machineWith({
      checks: { [control]: [whole], [worker]: [whole] },
      answer: (line) => (line.includes(`${worker} ctr --namespace=k8s.io content get`) ? { stdout: other } : undefined),
    });
    await load(machine, machine.docker, request);
    expect(machine.streams[0]?.targets.map(({ args }) => args[2])).toEqual([worker]);
  });

  test("takes the node's image for right where this machine has none to compare", async () => {
    const machine = machineWith({
      checks: { [control]: [whole], [worker]: [whole] },
      answer: (line) => (line.includes("image inspect") ? { code: 1 } : undefined),
    });
    expect(await load(machine, machine.docker, request)).toEqual({ source: "node", bytes: 0 });
    expect(machine.ran.some((line) => line.includes(" pull "))).toBe(false);
  });

  test("imports for the node's own platform where the archive lacks the others", async () => {
    const machine = machineWith({
      checks: { [control]: ["", whole], [worker]: [whole] },
      answer: (line) =>
        line.includes("--all-platforms") ? { code: 1, stderr: "ctr: content digest sha256:1: not found" } : undefined,
    });
    await load(machine, machine.docker, request);
    expect(machine.streams.map(({ targets }) => targets[0]?.args.includes("--all-platforms"))).toEqual([true, false]);
  });

  test("names image, source, cluster and node of a failed import", async () => {
    const machine = machineWith({
      checks: { [control]: [""], [worker]: [whole] },
      answer: (line) =>
        line.includes("images import") ? { code: 1, stderr: "ctr: no space left on device" } : undefined,
    });
    await expect(load(machine, machine.docker, request)).rejects.toThrow(
      `The image ${reference} (from: engine) cannot be put into the cluster strata-dev: ${control}: ctr: no space left on device\nCheck the free disk space`,
    );
  });

  test("notices that what was sent held no such image", async () => {
    const machine = machineWith({ checks: { [control]: [""], [worker]: [whole] } });
    await expect(load(machine, machine.docker, request)).rejects.toThrow(
      `The image ${reference} was sent to ${control} and is not there. What was sent (from: engine) holds no such image.`,
    );
  });
});
