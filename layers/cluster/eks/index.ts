// An EKS cluster with its network, from an empty account: what layer 1 is on AWS.
import * as pulumi from "@pulumi/pulumi";
import type { EksConfig, ImagesConfig } from "../../../config/schema.ts";
import type { AwsHandle } from "../../../lib/aws/handle.ts";
import { tagsOf } from "../../../lib/aws/tags.ts";
import type { ChartSource } from "../../../lib/handles.ts";
import { createImages } from "../images/index.ts";
import type { Cluster } from "../index.ts";
import { EksBucket } from "./bucket.ts";
import { EksCertificate } from "./certificate.ts";
import { EksCluster } from "./cluster.ts";
import { EksDatabase } from "./database.ts";
import { PodIdentity } from "./identity.ts";
import { createAwsProvider } from "./provider.ts";
import { type AccountScope, eksScope } from "./scope.ts";

export interface EksArgs {
  readonly stack: string;
  readonly name: string;
  readonly config: EksConfig;
  readonly images: ImagesConfig;
  readonly charts: ChartSource;
}

const resourceName = "cluster";

/** Architecture of the first group or pool: of images that differ by it, that of the rest cannot be known. */
const architectureOf = ({ nodes }: EksConfig): string => {
  switch (nodes.kind) {
    case "managed":
      return Object.values(nodes.groups)[0]?.architecture ?? "amd64";
    case "karpenter":
      return Object.values(nodes.pools)[0]?.architecture ?? "amd64";
    case "auto":
      return "amd64";
  }
};

export const eksCluster = ({ stack, name, config, images, charts }: EksArgs): Cluster => {
  const tags = tagsOf({ stack, clusterName: name, tags: config.tags });
  const scope = eksScope(name, config, tags);
  const aws = createAwsProvider(`${resourceName}-aws`, config, tags);
  const clusterImages = createImages(`${resourceName}-images`, {
    cluster: { name, kind: "eks", simulated: false, nodes: [] },
    // The nodes pull by themselves.
    clusterReady: pulumi.output(name),
    config: images,
    platform: { os: "linux", arch: architectureOf(config) },
  });
  const cluster = new EksCluster(resourceName, { scope, stack, aws, charts, images: clusterImages });
  const account: AccountScope = {
    scope,
    options: { providers: [aws] },
    keyArn: cluster.keyArn,
    vpcId: cluster.network.vpcId,
    privateSubnetIds: cluster.network.privateSubnetIds,
    clusterSecurityGroupId: cluster.controlPlane.securityGroupId,
  };
  return {
    name,
    simulated: false,
    local: false,
    nodePorts: false,
    provider: cluster.provider,
    kubeconfig: cluster.kubeconfig,
    images: clusterImages,
    aws: awsHandle(account, cluster),
    early: { provider: cluster.earlyProvider },
    options: { provider: cluster.provider },
  };
};

const awsHandle = (account: AccountScope, { network, controlPlane, keyArn, operational }: EksCluster): AwsHandle => {
  const { scope, options } = account;
  const { config } = scope;
  return {
    partition: scope.partition,
    region: scope.region,
    account: scope.account,
    clusterName: scope.clusterName,
    vpcCidr: config.vpc.cidr,
    vpcId: network.vpcId,
    publicSubnetIds: network.publicSubnetIds,
    dataKeyArn: keyArn,
    tags: scope.tags,
    operational,
    nodes: config.nodes.kind,
    identity: (name, args) =>
      new PodIdentity(name, { ...args, scope, clusterName: controlPlane.clusterName }, options).serviceAccount,
    bucket: (name, args) => new EksBucket(`bucket-${name}`, { ...args, scope, keyArn }, options),
    database: (name, args) => new EksDatabase(`database-${name}`, { ...args, account }, options),
    certificate: (name, args) => new EksCertificate(`certificate-${name}`, args, options).arn,
  };
};
