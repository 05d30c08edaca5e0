// Puts an image into the nodes of a cluster: only into those that lack it, all of them at once, straight from where it is.
import type { LoadRequest } from "../../layers/cluster/images/request.ts";
import { UserError } from "../../lib/errors.ts";
import { type Acquired, acquire, findNear } from "./acquire.ts";
import { type Docker, type Machine, docker as program, type StreamSource } from "./machine.ts";

/** What a node has under a reference. */
export interface NodeImage {
  /** Every part of it is there. Unpacking can wait: the kubelet's runtime does it for the first container. */
  readonly whole: boolean;
  /** Digest of its manifest or index. */
  readonly digest: string;
}

const line = /^(?<ref>\S+)\s+\S+\s+(?<digest>sha256:[a-f0-9]{64})\s+(?<status>complete|incomplete|unavailable)\b/m;

/** Reads the output of `ctr images check`. */
export const parseCheck = (output: string): NodeImage | undefined => {
  const groups = line.exec(output)?.groups;
  if (!groups?.["digest"]) return undefined;
  return { whole: groups["status"] === "complete", digest: groups["digest"] };
};

const ctr = ["ctr", "--namespace=k8s.io"] as const;

/** Which storage driver the node's containers use; containerd's versions differ in where they say so. */
export const parseSnapshotter = (config: string): string =>
  /^\s*snapshotter = ["'](\w[\w-]*)["']/m.exec(config)?.[1] ?? "overlayfs";

/** Prints containerd's configuration in a node. In k3s containerd is a part of k3s, and no command of its own. */
const configCommand = (distribution: LoadRequest["distribution"]): readonly string[] =>
  distribution === "k3s"
    ? ["cat", "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"]
    : ["containerd", "config", "dump"];

/** Arguments of `docker` that import an archive from standard input into a node. */
export const importArgs = (node: string, snapshotter: string, platforms: "all" | "own"): readonly string[] => [
  "exec",
  "--interactive",
  node,
  ...ctr,
  "images",
  "import",
  ...(platforms === "all" ? ["--all-platforms"] : []),
  `--snapshotter=${snapshotter}`,
  "-",
];

const look = async (
  docker: Docker,
  cluster: string,
  node: string,
  reference: string,
): Promise<NodeImage | undefined> => {
  const result = await docker(["exec", node, ...ctr, "images", "check", `name==${reference}`], { timeoutMs: 60_000 });
  if (result.code !== 0)
    throw new UserError(
      `The node ${node} of the cluster ${cluster} does not answer: ${result.stderr.trim().split("\n").at(-1)}\n` +
        "Run the same command again: it starts a stopped cluster and rebuilds a lost one.",
    );
  return parseCheck(result.stdout);
};

/** Whether a node's image is that very one: engines name it by its configuration or by its manifest, nodes by its manifest. */
const isSame = async (docker: Docker, node: string, image: NodeImage, identity: string): Promise<boolean> => {
  if (image.digest === identity) return true;
  const { stdout } = await docker(["exec", node, ...ctr, "content", "get", image.digest], { timeoutMs: 60_000 });
  return stdout.includes(`"${identity}"`);
};

/** The nodes that lack the image. `wanted` is the image as this machine has it, if it has. */
const lacking = async (
  docker: Docker,
  request: LoadRequest,
  wanted: Acquired | undefined,
): Promise<readonly string[]> => {
  const { cluster, nodes, reference } = request;
  const checked = await Promise.all(
    nodes.map(async (node) => {
      const image = await look(docker, cluster, node, reference);
      if (!image?.whole) return node;
      return wanted && !(await isSame(docker, node, image, wanted.identity)) ? node : undefined;
    }),
  );
  return checked.filter((node) => node !== undefined);
};

const streamSource = (acquired: Acquired, reference: string): StreamSource =>
  acquired.file === undefined ? { call: { program, args: ["save", reference] } } : { file: acquired.file };

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

const send = async (
  machine: Machine,
  docker: Docker,
  request: LoadRequest,
  acquired: Acquired,
  nodes: readonly string[],
): Promise<void> => {
  const snapshotters = await Promise.all(
    nodes.map(async (node) =>
      parseSnapshotter((await docker(["exec", node, ...configCommand(request.distribution)])).stdout),
    ),
  );
  const attempt = async (platforms: "all" | "own"): Promise<string | undefined> => {
    const targets = nodes.map((node, index) => ({
      program,
      args: importArgs(node, snapshotters[index] ?? "overlayfs", platforms),
    }));
    const { source, targets: results } = await machine.stream(
      streamSource(acquired, request.reference),
      targets,
      request.timeoutSeconds,
    );
    const failed = results.findIndex(({ code }) => code !== 0);
    const result = results[failed];
    if (result?.code === 124) return `not done within ${request.timeoutSeconds} s`;
    if (result) return `${nodes[failed]}: ${lastLine(result.stderr)}`;
    return source && source.code !== 0 ? `docker save: ${lastLine(source.stderr)}` : undefined;
  };
  let reason = await attempt("all");
  // An engine that pulled one platform of an image still saves the index of all, and the others' parts are missing.
  if (reason !== undefined && /content digest .* not found/.test(reason)) reason = await attempt("own");
  if (reason !== undefined)
    throw new UserError(
      `The image ${request.reference} (from: ${acquired.source}) cannot be put into the cluster ${request.cluster}: ${reason}\n` +
        "Check the free disk space of the container engine, then run this again.",
    );
};

export interface Loaded {
  readonly source: Acquired["source"] | "node";
  readonly bytes: number;
}

/** Makes sure that every node has the image, whole. Throws a UserError. */
export const load = async (machine: Machine, docker: Docker, request: LoadRequest): Promise<Loaded> => {
  const here = await findNear(machine, docker, request);
  const nodes = await lacking(docker, request, here);
  if (nodes.length === 0) return { source: "node", bytes: 0 };
  // The pull may be long ago, and what it got thrown away since.
  const acquired = here ?? (await acquire(machine, docker, request));
  await send(machine, docker, request, acquired, nodes);
  const still = await lacking(docker, { ...request, nodes }, undefined);
  if (still.length > 0)
    throw new UserError(
      `The image ${request.reference} was sent to ${still.join(", ")} and is not there. What was sent (from: ${acquired.source}) holds no such image.`,
    );
  return { source: acquired.source, bytes: acquired.bytes };
};
