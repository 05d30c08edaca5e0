// What tools/cluster.ts is told about a local cluster, as plain data: made from the stack's configuration, sent on stdin.
import { createHash } from "node:crypto";
import type { ClusterConfig, ImagesConfig, K3dConfig, KindConfig, KwokConfig } from "../../config/schema.ts";
import { secondsOf } from "../../lib/duration.ts";
import { type ImageVersion, k3dToolsImage, k3sImages, k3sSystemImages, nodeImages, tools } from "../../versions.ts";
import { nodePlatform } from "./images/recipe.ts";
import { type ImageRequest, imageRequest } from "./images/request.ts";
import { k3dConfig, k3dNodeNames } from "./k3d-config.ts";
import { kindNodeConfig } from "./node-config.ts";

export interface KindSpec {
  readonly kind: "kind";
  readonly name: string;
  /** Counts the clusters that had this name; a new one replaces everything in the old one. */
  readonly incarnation: number;
  /** Hash of everything that can only change by building the cluster anew. */
  readonly hash: string;
  /** kind's configuration file, as YAML. */
  readonly nodeConfig: string;
  readonly kubernetes: string;
  /** How the host gets the node image. */
  readonly nodeImage: ImageRequest;
  /** Ports on 127.0.0.1 that must be free. */
  readonly hostPorts: readonly number[];
  readonly timeoutSeconds: number;
  /** It goes by itself this long after the last `up`. */
  readonly ttlSeconds?: number;
}

export interface K3dSpec {
  readonly kind: "k3d";
  readonly name: string;
  readonly incarnation: number;
  readonly hash: string;
  /** k3d's configuration file, as YAML. */
  readonly config: string;
  readonly kubernetes: string;
  readonly nodeImage: ImageRequest;
  /** Of the pods that k3s starts by itself: they go into the nodes like every other image, and no node has to pull. */
  readonly systemImages: readonly ImageRequest[];
  /** Of the container that k3d needs while it creates. */
  readonly toolsImage: ImageRequest;
  /** Names of the node containers, the server first. */
  readonly nodes: readonly string[];
  readonly hostPorts: readonly number[];
  readonly timeoutSeconds: number;
  readonly ttlSeconds?: number;
}

export interface KwokSpec {
  readonly kind: "kwok";
  readonly name: string;
  readonly incarnation: number;
  readonly hash: string;
  /** Version of the control plane, without the v. */
  readonly kubernetes: string;
  readonly nodes: number;
  readonly timeoutSeconds: number;
  readonly ttlSeconds?: number;
}

export type ClusterSpec = KindSpec | K3dSpec | KwokSpec;

/** Name of the cluster of a stack. */
export const clusterName = (stack: string, config: ClusterConfig): string =>
  (config.kind !== "existing" ? config.name : undefined) ?? `strata-${stack}`;

/** Names of a kind cluster's node containers, as kind gives them. */
export const kindNodeNames = (name: string, workers: number): readonly string[] => [
  `${name}-control-plane`,
  ...Array.from({ length: workers }, (_, index) => `${name}-worker${index === 0 ? "" : index + 1}`),
];

const hashOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

const pinned = ({ repository, tag, digest }: ImageVersion): string =>
  `${repository}:${tag}${digest === undefined ? "" : `@${digest}`}`;

const timeToLive = ({ ttl }: { readonly ttl?: string }): { readonly ttlSeconds?: number } =>
  ttl === undefined ? {} : { ttlSeconds: secondsOf(ttl) };

export const kindSpec = (name: string, config: KindConfig, images: ImagesConfig, incarnation: number): KindSpec => {
  const nodeImage: ImageVersion = nodeImages[config.kubernetes];
  const { yaml, hostPorts } = kindNodeConfig(config, nodeImage);
  return {
    kind: "kind",
    name,
    incarnation,
    hash: hashOf(["kind", name, yaml, nodeImage.digest]),
    nodeConfig: yaml,
    kubernetes: config.kubernetes,
    nodeImage: imageRequest(pinned(nodeImage), images, nodePlatform()),
    hostPorts,
    timeoutSeconds: config.timeoutSeconds,
    ...timeToLive(config),
  };
};

/** Throws a UserError where k3d does not take the name. */
export const k3dSpec = (name: string, config: K3dConfig, images: ImagesConfig, incarnation: number): K3dSpec => {
  const nodeImage: ImageVersion = k3sImages[config.kubernetes];
  const { yaml, hostPorts } = k3dConfig(name, config, nodeImage);
  const request = (image: ImageVersion) => imageRequest(pinned(image), images, nodePlatform());
  return {
    kind: "k3d",
    name,
    incarnation,
    hash: hashOf(["k3d", name, yaml, nodeImage.digest]),
    config: yaml,
    kubernetes: config.kubernetes,
    nodeImage: request(nodeImage),
    systemImages: Object.values(k3sSystemImages).map(request),
    toolsImage: request(k3dToolsImage),
    nodes: k3dNodeNames(name, config.agents),
    hostPorts,
    timeoutSeconds: config.timeoutSeconds,
    ...timeToLive(config),
  };
};

export const kwokSpec = (name: string, config: KwokConfig, incarnation: number): KwokSpec => ({
  kind: "kwok",
  name,
  incarnation,
  hash: hashOf(["kwok", name, config.nodes, tools.kubernetes]),
  kubernetes: tools.kubernetes,
  nodes: config.nodes,
  timeoutSeconds: config.timeoutSeconds,
  ...timeToLive(config),
});

/** Spec of a local cluster; undefined for a cluster that somebody else made. */
export const clusterSpec = (
  stack: string,
  config: ClusterConfig,
  images: ImagesConfig,
  incarnation: number,
): ClusterSpec | undefined => {
  const name = clusterName(stack, config);
  switch (config.kind) {
    case "kind":
      return kindSpec(name, config, images, incarnation);
    case "k3d":
      return k3dSpec(name, config, images, incarnation);
    case "kwok":
      return kwokSpec(name, config, incarnation);
    case "eks":
    case "existing":
      return undefined;
  }
};
