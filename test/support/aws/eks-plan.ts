// The plan of layer 1 on AWS by itself, for a `cluster` section of a stack file.
import { parseConfig } from "../../../config/parse.ts";
import { createCluster } from "../../../layers/cluster/index.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockApi, mockCharts } from "../cluster.ts";

export const eksSection = {
  kind: "eks",
  region: "eu-central-1",
  account: "111122223333",
  apiServer: { access: "restricted", from: ["203.0.113.0/24"] },
} as const;

/** @param network the section `network`, on which the pod network depends. */
export const eksConfigOf = (section: object = {}, network: object = {}) => {
  const config = parseConfig({
    file: "Pulumi.eks.yaml",
    sections: { cluster: JSON.stringify({ ...eksSection, ...section }), network: JSON.stringify(network) },
  });
  if (config.cluster.kind !== "eks") throw new Error("no eks cluster");
  return { ...config, cluster: config.cluster };
};

export interface EksPlanOptions {
  readonly section?: object;
  readonly network?: object;
  readonly slow?: Readonly<Record<string, number>>;
  /** What the layers above do with it. */
  readonly above?: (cluster: ClusterHandle) => Record<string, unknown>;
}

export const eksPlan = ({ section, network, slow, above }: EksPlanOptions = {}): Promise<Plan> => {
  const config = eksConfigOf(section, network);
  return recordPlan({ stack: "eks", ...(slow && { slow }) }, async () => {
    const cluster = await createCluster(
      "eks",
      config.cluster,
      config.images,
      { state: "absent", incarnation: 1 },
      mockCharts,
      async () => mockApi,
    );
    return above?.(cluster) ?? {};
  });
};
