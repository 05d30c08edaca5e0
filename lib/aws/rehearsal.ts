// The account in a rehearsal: nothing is made, and what would be has the name that it would have. A stand-in, and the run says so.
import * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../../config/schema.ts";
import { arn, bareArn, partitionOf } from "./arn.ts";
import { bucketName } from "./bucket-name.ts";
import type { AwsHandle } from "./handle.ts";

/** @param config the cluster that the simulated one stands for. */
export const rehearsedAws = (clusterName: string, config: EksConfig): AwsHandle => {
  const scope = { partition: partitionOf(config.region), region: config.region, account: config.account };
  const rehearsed = (text: string) => pulumi.output(text);
  return {
    ...scope,
    clusterName,
    vpcCidr: config.vpc.cidr,
    nodes: config.nodes.kind,
    tags: { ...config.tags, "strata:cluster": clusterName },
    operational: rehearsed(clusterName),
    publicSubnetIds: pulumi.output(config.vpc.zones.map((zone) => `subnet-rehearsed-${zone}`)),
    vpcId: rehearsed("vpc-rehearsed"),
    dataKeyArn: rehearsed(arn(scope, "kms", "key/rehearsed")),
    identity: (_name, { serviceAccount }) => rehearsed(serviceAccount),
    bucket: (_name, { purpose }) => {
      const name = bucketName(clusterName, scope, purpose);
      return { name, arn: bareArn(scope, "s3", name), ready: rehearsed(name) };
    },
    database: (_name, { name }) => ({
      host: rehearsed(`${name}.rehearsed.${config.region}.rds.amazonaws.com`),
      port: 5432,
    }),
    certificate: () => rehearsed(arn(scope, "acm", "certificate/rehearsed")),
  };
};
