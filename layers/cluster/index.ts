// Layer 1: from the stack file to a cluster that the other layers can use, whoever makes it.

import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";
import type {
  ClusterConfig,
  ExistingConfig,
  ImagesConfig,
  K3dConfig,
  KindConfig,
  KwokConfig,
} from "../../config/schema.ts";
import { rehearsedAws } from "../../lib/aws/rehearsal.ts";
import type { ApiFacts, ChartSource, ClusterHandle } from "../../lib/handles.ts";
import { LocalCluster } from "./cluster.ts";
import { ExistingCluster, readExisting } from "./existing.ts";
import type { ClusterFacts } from "./facts.ts";
import { createImages } from "./images/index.ts";
import { type ClusterSpec, clusterName, k3dSpec, kindNodeNames, kindSpec, kwokSpec } from "./spec.ts";

export type { ClusterFacts } from "./facts.ts";

const resourceName = "cluster";

/** Asks the API server of a kubeconfig. Undefined where none answers. */
export type AskApi = (kubeconfig: string) => Promise<ApiFacts | undefined>;

const apiOf = (kubeconfig: pulumi.Output<string>, ask: AskApi): ClusterHandle["api"] => {
  let asked: pulumi.Output<ApiFacts> | undefined;
  return () => {
    asked ??= pulumi.unsecret(
      kubeconfig.apply(async (text): Promise<ApiFacts> => {
        const found = await ask(text);
        if (found) return found;
        // A preview of a cluster that is stopped: what it would say is known when it runs.
        if (pulumi.runtime.isDryRun()) return unknown as ApiFacts;
        throw new Error("The API server does not say who issues its tokens and where it is reached");
      }),
    );
    return asked;
  };
};

/**
 * Declares the cluster of a stack.
 *
 * @param facts what tools/cluster/facts.ts found out about it before the program began.
 * @param charts handed on in its handle, to whoever installs a publisher's chart in it.
 * @param ask how its API server is asked, by whoever needs what only that knows.
 * @throws UserError for an existing cluster whose kubeconfig or context is not there.
 */
export const createCluster = async (
  stack: string,
  config: ClusterConfig,
  images: ImagesConfig,
  facts: ClusterFacts,
  charts: ChartSource,
  ask: AskApi,
): Promise<ClusterHandle> => {
  const cluster = await declared(stack, config, images, facts, charts);
  return { ...cluster, charts, api: apiOf(cluster.kubeconfig, ask) };
};

const declared = async (
  stack: string,
  config: ClusterConfig,
  images: ImagesConfig,
  facts: ClusterFacts,
  charts: ChartSource,
): Promise<Cluster> => {
  const name = clusterName(stack, config);
  switch (config.kind) {
    case "kind":
      return kindCluster(name, config, images, facts);
    case "k3d":
      return k3dCluster(name, config, images, facts);
    case "kwok":
      return kwokCluster(name, config, images, facts);
    case "eks": {
      // Nobody else pays for loading the SDK of AWS.
      const { eksCluster } = await import("./eks/index.ts");
      return eksCluster({ stack, name, config, images, charts });
    }
    case "existing":
      return existingCluster(name, config, images);
  }
};

export type Cluster = Omit<ClusterHandle, "charts" | "api">;

const kindCluster = (name: string, config: KindConfig, images: ImagesConfig, facts: ClusterFacts): Cluster => {
  const spec = kindSpec(name, config, images, facts.incarnation);
  return localCluster(spec, images, { simulated: false, nodes: kindNodeNames(name, config.workers) });
};

const k3dCluster = (name: string, config: K3dConfig, images: ImagesConfig, facts: ClusterFacts): Cluster => {
  const spec = k3dSpec(name, config, images, facts.incarnation);
  return localCluster(spec, images, { simulated: false, nodes: spec.nodes });
};

const kwokCluster = (name: string, config: KwokConfig, images: ImagesConfig, facts: ClusterFacts): Cluster => ({
  ...localCluster(kwokSpec(name, config, facts.incarnation), images, { simulated: true, nodes: [] }),
  ...(config.rehearses && { aws: rehearsedAws(config.rehearses.name ?? name, config.rehearses) }),
});

const localCluster = (
  spec: ClusterSpec,
  images: ImagesConfig,
  traits: { readonly simulated: boolean; readonly nodes: readonly string[] },
): Cluster => {
  const cluster = new LocalCluster(resourceName, { spec });
  const { name, kind } = spec;
  return {
    name,
    simulated: traits.simulated,
    local: true,
    nodePorts: true,
    provider: cluster.provider,
    kubeconfig: cluster.kubeconfig,
    images: createImages(
      `${resourceName}-images`,
      { cluster: { name, kind, ...traits }, clusterReady: cluster.ready, config: images },
      { parent: cluster, deletedWith: cluster.lifecycle },
    ),
    // Of the provider and not of the cluster: while the engine replaces a cluster, only what depends on it counts as deleted,
    // and it would ask the dead API server to delete each object.
    options: { provider: cluster.provider, deletedWith: cluster.provider },
  };
};

const existingCluster = (name: string, config: ExistingConfig, images: ImagesConfig): Cluster => {
  const cluster = new ExistingCluster(resourceName, { context: readExisting(config) });
  return {
    name,
    simulated: false,
    local: false,
    nodePorts: config.nodePorts,
    provider: cluster.provider,
    kubeconfig: cluster.kubeconfig,
    images: createImages(
      `${resourceName}-images`,
      {
        cluster: { name, kind: "existing", simulated: false, nodes: [] },
        clusterReady: cluster.kubeconfig.apply(() => name),
        config: images,
      },
      { parent: cluster },
    ),
    options: { provider: cluster.provider },
  };
};
