// What Karpenter is told: its chart's values, and a class and a pool of nodes. Pure.
import type { EksConfig } from "../../../../config/schema.ts";
import type { ImageParts } from "../../../../lib/chart-images.ts";
import { volumesOf } from "./managed.ts";

export type NodePoolConfig = Extract<EksConfig["nodes"], { kind: "karpenter" }>["pools"][string];

/** An input of a resource: a plain value, or one that is known later. */
type Later<T> = T | PromiseLike<T> | { apply: unknown };

export interface KarpenterFacts {
  readonly clusterName: Later<string>;
  readonly endpoint: Later<string>;
  readonly queueName: Later<string>;
  readonly region: string;
}

export const karpenterValues = (facts: KarpenterFacts, image: ImageParts) => ({
  replicas: 2,
  settings: {
    clusterName: facts.clusterName,
    clusterEndpoint: facts.endpoint,
    interruptionQueue: facts.queueName,
    eksControlPlane: true,
  },
  controller: {
    image: { repository: image.name, tag: image.tag, digest: image.digest },
    // It has no way to the metadata service, which would tell it.
    env: [{ name: "AWS_REGION", value: facts.region }],
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "1Gi" } },
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
  },
});

export interface NodeClassFacts {
  readonly tags: Readonly<Record<string, string>>;
  readonly instanceProfile: Later<string>;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly keyArn: string;
}

/** Pods of a node with prefixes: AWS's recommendation for up to 30 cores. */
const maxPods = 110;

/** Nodes run Bottlerocket: the newest release for the cluster's version, and Karpenter replaces those that run another. */
export const nodeClassSpec = (pool: Pick<NodePoolConfig, "diskGiB">, facts: NodeClassFacts) => ({
  amiSelectorTerms: [{ alias: "bottlerocket@latest" }],
  instanceProfile: facts.instanceProfile,
  subnetSelectorTerms: facts.subnetIds.map((id) => ({ id })),
  securityGroupSelectorTerms: [{ id: facts.securityGroupId }],
  metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
  detailedMonitoring: true,
  kubelet: { maxPods },
  blockDeviceMappings: volumesOf({ os: "bottlerocket", diskGiB: pool.diskGiB }).map(({ device, sizeGiB }) => ({
    deviceName: device,
    ebs: {
      // Karpenter wants a size where the image's own would do.
      volumeSize: `${sizeGiB ?? 4}Gi`,
      volumeType: "gp3",
      encrypted: true,
      kmsKeyID: facts.keyArn,
      deleteOnTermination: true,
    },
  })),
  tags: facts.tags,
});

export const nodePoolSpec = (pool: NodePoolConfig, nodeClass: Later<string>) => ({
  template: {
    spec: {
      nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: nodeClass },
      requirements: [
        { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
        { key: "kubernetes.io/arch", operator: "In", values: [pool.architecture] },
        { key: "karpenter.sh/capacity-type", operator: "In", values: [...pool.capacity] },
        { key: "karpenter.k8s.aws/instance-family", operator: "In", values: [...pool.families] },
      ],
      // No node grows older than a month: its successor has the newest image.
      expireAfter: "720h",
    },
  },
  limits: { cpu: String(pool.cpuLimit) },
  disruption: { consolidationPolicy: "WhenEmptyOrUnderutilized", consolidateAfter: "1m" },
});
