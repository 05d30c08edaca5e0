// A cluster handle for tests of one layer: local, with NodePorts, and images that are references at once.

import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { ApiFacts, ChartSource, ClusterHandle } from "../../lib/handles.ts";
import { charts } from "../../versions.ts";

/** Charts that are on the machine already. */
export const mockCharts: ChartSource = {
  chart: (key) => {
    const { name, version } = charts[key];
    return { name, version, path: pulumi.output(`.strata/charts/${name}-${version}.tgz`) };
  },
};

/** What an API server says of itself. */
export const mockApi: ApiFacts = {
  endpoints: ["172.18.0.2"],
  issuer: "https://kubernetes.default.svc.cluster.local",
  publicKeys: ["-----BEGIN PUBLIC KEY-----\nexample\n-----END PUBLIC KEY-----\n"],
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
    api: () => pulumi.output(mockApi),
    images: { reference: (image) => pulumi.output(`image-of:${image}`), used: () => ({}) },
    options: { provider },
    ...changes,
  };
};
