// A node image with a cluster's images already inside: made once from a running node, used by the next creation of that cluster.
import { createHash } from "node:crypto";
import { UserError } from "../../lib/errors.ts";
import { type Docker, type Machine, docker as program } from "./machine.ts";

const labels = { base: "dev.strata.bake.base", key: "dev.strata.bake.key" } as const;
const ctr = ["ctr", "--namespace=k8s.io"] as const;
const importSeconds = 600;

/** Where the baked image of a cluster is kept on the engine. Local: it is never pushed and never pulled. */
export const bakedName = (cluster: string): string => `strata.local/node:${cluster}`;

export interface NodeImageRow {
  readonly reference: string;
  readonly digest: string;
}

/** Reads `ctr images ls`. Left out are names that containerd gives an image beside its reference. */
export const parseImages = (output: string): readonly NodeImageRow[] =>
  output
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([reference = "", , digest = ""]) =>
      digest.startsWith("sha256:") && !reference.startsWith("sha256:") && !reference.includes("@")
        ? [{ reference, digest }]
        : [],
    );

/** Changes with the node image and with everything baked into it. */
export const bakeKey = (base: string, images: readonly NodeImageRow[]): string =>
  createHash("sha256")
    .update([base, ...images.map(({ reference, digest }) => `${reference} ${digest}`).sort()].join("\n"))
    .digest("hex")
    .slice(0, 16);

const must = async (docker: Docker, what: string, args: readonly string[], timeoutMs = 120_000): Promise<string> => {
  const { code, stdout, stderr } = await docker(args, { timeoutMs });
  if (code !== 0)
    throw new UserError(`${what} failed: ${(stderr || stdout).trim().split("\n").at(-1) ?? `exit ${code}`}`);
  return stdout.trim();
};

interface Image {
  readonly Id: string;
  readonly Config: {
    readonly Entrypoint: readonly string[] | null;
    readonly Cmd: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
  };
}

/** As much of an engine as looking at an image takes. */
type Look = (args: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string }>;

const inspectImage = async (docker: Look, name: string): Promise<Image | undefined> => {
  const { code, stdout } = await docker(["image", "inspect", "--format", "{{json .}}", name]);
  return code === 0 ? (JSON.parse(stdout) as Image) : undefined;
};

/** The baked image of a cluster, where there is one and it was made from that very node image. */
export const findBaked = async (docker: Look, cluster: string, nodeImage: string): Promise<string | undefined> => {
  const baked = await inspectImage(docker, bakedName(cluster));
  const node = baked && (await inspectImage(docker, nodeImage));
  return node && baked.Config.Labels?.[labels.base] === node.Id ? bakedName(cluster) : undefined;
};

export interface BakeArgs {
  readonly cluster: string;
  /** A running node of it. */
  readonly node: string;
  /** Image that a new node is made of. */
  readonly nodeImage: string;
}

/** Imports what the node has and its image has not into a container of that image. containerd runs in it for just this. */
const fill = async (machine: Machine, docker: Docker, args: BakeArgs, container: string): Promise<void> => {
  await must(docker, "Starting containerd", ["exec", "--detach", container, "containerd"]);
  const here = await must(docker, "containerd", [
    ...["exec", container, "sh", "-c"],
    `for i in $(seq 100); do ${ctr.join(" ")} images ls 2>/dev/null && exit 0; sleep 0.1; done; exit 1`,
  ]);
  const inside = new Set(parseImages(here).map(({ reference }) => reference));
  const wanted = parseImages(await must(docker, "The node", ["exec", args.node, ...ctr, "images", "ls"]));
  const missing = wanted.filter(({ reference }) => !inside.has(reference)).map(({ reference }) => reference);
  if (missing.length === 0) throw new UserError(`The nodes of ${args.cluster} have no image beyond their own`);
  const platform = await must(docker, "The node", ["exec", args.node, "uname", "-m"]);
  const own = platform === "aarch64" ? "linux/arm64" : "linux/amd64";
  const { source, targets } = await machine.stream(
    { call: { program, args: ["exec", args.node, ...ctr, "images", "export", `--platform=${own}`, "-", ...missing] } },
    // Unpacked at first use: a container's own file system cannot hold another's layers.
    [{ program, args: ["exec", "--interactive", container, ...ctr, "images", "import", "--no-unpack", "-"] }],
    importSeconds,
  );
  const failed = [source, ...targets].find((result) => result !== undefined && result.code !== 0);
  if (failed) throw new UserError(`Copying the images failed: ${failed.stderr.trim().split("\n").at(-1)}`);
  // What is still written when the copy is taken would be half an index.
  await must(docker, "Stopping containerd", ["exec", container, "sh", "-c", "pkill -TERM -x containerd; sync"]);
  await must(docker, "containerd's end", [
    ...["exec", container, "sh", "-c"],
    "for i in $(seq 100); do pgrep -x containerd >/dev/null || exit 0; sleep 0.1; done; exit 1",
  ]);
};

/** Makes the baked image of a cluster anew where its images or its node image changed. Throws a UserError. */
export const bake = async (machine: Machine, docker: Docker, args: BakeArgs): Promise<"made" | "up to date"> => {
  const base = await inspectImage(docker, args.nodeImage);
  if (!base) throw new UserError(`The engine has no image ${args.nodeImage} to bake into`);
  const images = parseImages(await must(docker, "The node", ["exec", args.node, ...ctr, "images", "ls"]));
  const key = bakeKey(base.Id, images);
  const name = bakedName(args.cluster);
  const known = await inspectImage(docker, name);
  if (known?.Config.Labels?.[labels.key] === key) return "up to date";
  const container = `strata-bake-${args.cluster}`;
  // One that a killed bake left behind.
  await docker(["rm", "--force", "--volumes", container]);
  try {
    await must(docker, "Starting the container", [
      ...["run", "--detach", "--name", container, "--privileged", "--network", "none"],
      ...["--entrypoint", "sleep", args.nodeImage, "infinity"],
    ]);
    await fill(machine, docker, args, container);
    const changes = [
      // The container's own are those of the bake.
      `ENTRYPOINT ${JSON.stringify(base.Config.Entrypoint ?? [])}`,
      `CMD ${JSON.stringify(base.Config.Cmd ?? [])}`,
      `LABEL ${labels.base}=${base.Id} ${labels.key}=${key}`,
    ];
    await must(
      docker,
      "Writing the image",
      ["commit", ...changes.flatMap((change) => ["--change", change]), container, name],
      importSeconds * 1000,
    );
  } finally {
    await docker(["rm", "--force", "--volumes", container]);
  }
  if (known) await docker(["rmi", known.Id]);
  return "made";
};
