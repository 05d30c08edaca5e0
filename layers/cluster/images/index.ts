// The images of a cluster: each is fetched on the host and put into the nodes once somebody asks for its reference.
import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { ImagesConfig } from "../../../config/schema.ts";
import type { LocalKind } from "../../../lib/cluster-kinds.ts";
import type { ClusterImages } from "../../../lib/handles.ts";
import { nodePlatform, type Platform } from "./recipe.ts";
import { type ImageRequest, imageName, imageRequest, type LoadRequest } from "./request.ts";

export interface ImagesArgs {
  readonly cluster: {
    readonly name: string;
    readonly kind: LocalKind | "eks" | "existing";
    readonly simulated: boolean;
    /** Names of the node containers on this machine's engine; empty where the nodes are none. */
    readonly nodes: readonly string[];
  };
  /** Waits for the cluster; another value is another cluster, whose nodes are empty. */
  readonly clusterReady: pulumi.Output<string>;
  readonly config: ImagesConfig;
  /** Platform of the nodes. Default: Linux on this machine's processor. */
  readonly platform?: Platform;
}

/** Replaces the shell, so that ending the command ends the program and not just its parent. */
const script = (verb: "pull" | "load"): string => `exec node tools/image.mjs ${verb}`;

/** Everything that makes it another image: with a new value the image is fetched and loaded again. */
const identity = (request: ImageRequest): string =>
  [request.reference, request.digest ?? request.recipe?.key ?? ""].filter((part) => part !== "").join("@");

/**
 * Images of a cluster.
 *
 * Nodes that are no containers of this machine get references only (see `plainImages`). For the others, asking for a reference registers two commands, once per image: `<name>-pull-<image>` on the host, which waits for nothing,
 * and `<name>-load-<image>` into all nodes, which waits for the cluster and for its own pull. The reference waits for that load.
 *
 * @param options For the loads; of them the pulls take the parent only, because `deletedWith` would make them wait for the cluster.
 */
export const createImages = (
  name: string,
  args: ImagesArgs,
  options: pulumi.CustomResourceOptions = {},
): ClusterImages => {
  const { cluster, config, platform = nodePlatform() } = args;
  if (cluster.simulated || cluster.nodes.length === 0) return plainImages(config, platform);
  const references = new Map<string, pulumi.Output<string>>();
  const used: Record<string, string> = {};
  const pullOptions = options.parent ? { parent: options.parent } : {};

  const fetchAndLoad = (request: ImageRequest): pulumi.Output<string> => {
    const image = imageName(request);
    // Without this a rerun is told the last run's output in its environment, for nothing.
    const common = { addPreviousOutputInEnv: false, logging: "none" } as const;
    const pull = new Command(
      `${name}-pull-${image}`,
      { ...common, create: script("pull"), stdin: JSON.stringify(request), triggers: [identity(request)] },
      pullOptions,
    );
    const load = new Command(
      `${name}-load-${image}`,
      {
        ...common,
        create: script("load"),
        stdin: JSON.stringify({
          ...request,
          cluster: cluster.name,
          nodes: cluster.nodes,
          ...(cluster.kind === "k3d" && { distribution: "k3s" }),
        } satisfies LoadRequest),
        triggers: [args.clusterReady, pull.id],
      },
      options,
    );
    // The URN is known in a preview, so that a pod's image is too; in an update it resolves when the load is done.
    return load.urn.apply(() => request.reference);
  };

  return {
    reference: (image) => {
      const request = imageRequest(image, config, platform);
      used[request.key] = request.reference;
      const known = references.get(request.reference);
      if (known) return known;
      const reference = fetchAndLoad(request);
      references.set(request.reference, reference);
      return reference;
    },
    used: () => used,
  };
};

/** References only, for nodes that pull by themselves or run nothing: with the digest, which the nodes then verify. */
export const plainImages = (config: ImagesConfig, platform: Platform = nodePlatform()): ClusterImages => {
  const used: Record<string, string> = {};
  return {
    reference: (image) => {
      const { key, reference, digest } = imageRequest(image, config, platform);
      used[key] = reference;
      return pulumi.output(digest === undefined ? reference : `${reference}@${digest}`);
    },
    used: () => used,
  };
};
