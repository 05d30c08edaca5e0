// A cluster handle for tests of one layer: local, with NodePorts, and images that are references at once.

import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSource, ClusterHandle } from "../../lib/handles.ts";
import { charts } from "../../versions.ts";

/** Charts that are on the machine already. */
export const mockCharts: ChartSource = {
  chart: (key) => {
    const { name, version } = charts[key];
    return { name, version, path: pulumi.output(`.strata/charts/${name}-${version}.tgz`) };
  },
};

/** Call it inside the program of `recordPlan`. */
export const mockCluster = (changes: Partial<ClusterHandle> = {}): ClusterHandle => {
  const provider = new Provider("cluster", {});
  return {
    name: "strata-test",
    simulated: false,
    local: true,
    nodePorts: true,
    provider,
    kubeconfig: pulumi.secret("kubeconfig"),
    charts: mockCharts,
    images: { reference: (image) => pulumi.output(`image-of:${image}`), used: () => ({}) },
    options: { provider },
    ...changes,
  };
};
