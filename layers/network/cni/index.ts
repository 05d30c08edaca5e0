// The pod network: the cluster's own, or one that is installed into nodes which have none.
import * as pulumi from "@pulumi/pulumi";
import type { NetworkConfig } from "../../../config/schema.ts";
import type { ClusterHandle, PodNetwork } from "../../../lib/handles.ts";
import { Cilium } from "./cilium.ts";

export interface Cni extends PodNetwork {
  /** Name of a page of it to its URL on the user's machine. */
  readonly urls: Readonly<Record<string, string>>;
}

export const createCni = (cluster: ClusterHandle, config: NetworkConfig["cni"]): Cni => {
  switch (config.kind) {
    case "default":
      return { ready: pulumi.output(config.kind), urls: {} };
    case "cilium": {
      const { ready, hubbleUrl } = new Cilium("cilium", { cluster, config }, cluster.options);
      return { ready, urls: hubbleUrl === undefined ? {} : { hubble: hubbleUrl } };
    }
  }
};
