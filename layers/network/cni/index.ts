// The pod network: the cluster's own, or one that is installed into nodes which have none.
import * as pulumi from "@pulumi/pulumi";
import type { NetworkConfig } from "../../../config/schema.ts";
import type { ClusterHandle, GatewayApi, PodNetwork } from "../../../lib/handles.ts";
import { Calico } from "./calico.ts";
import { Cilium } from "./cilium.ts";

export interface Cni extends PodNetwork {
  /** Name of a page of it to its URL on the user's machine. */
  readonly urls: Readonly<Record<string, string>>;
}

/** @param gatewayApi given where the CNI is the gateway too: its operator looks for the definitions once, when it starts. */
export const createCni = (
  cluster: ClusterHandle,
  { cni, ingress }: Pick<NetworkConfig, "cni" | "ingress">,
  gatewayApi?: GatewayApi,
): Cni => {
  switch (cni.kind) {
    case "default":
      return { ready: pulumi.output(cni.kind), nodeMetrics: [], urls: {} };
    case "cilium": {
      const { ready, nodeMetrics, hubbleUrl } = new Cilium(
        "cilium",
        { cluster, config: cni, ...(ingress.kind === "cilium" && gatewayApi && { gatewayApi }) },
        cluster.early ?? cluster.options,
      );
      return { ready, nodeMetrics, urls: hubbleUrl === undefined ? {} : { hubble: hubbleUrl } };
    }
    case "calico": {
      const { ready, nodeMetrics } = new Calico("calico", { cluster }, cluster.early ?? cluster.options);
      return { ready, nodeMetrics, urls: {} };
    }
  }
};
