// What every part of layer 1 on AWS is told.
import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../../../config/schema.ts";
import { partitionOf, type Scope } from "../../../lib/aws/arn.ts";

export interface EksScope extends Scope {
  readonly clusterName: string;
  /** For what AWS makes on our behalf: everything else gets them from the provider. */
  readonly tags: Readonly<Record<string, string>>;
  readonly config: EksConfig;
}

export const eksScope = (clusterName: string, config: EksConfig, tags: Readonly<Record<string, string>>): EksScope => ({
  partition: partitionOf(config.region),
  region: config.region,
  account: config.account,
  clusterName,
  tags,
  config,
});

/** What plugs into layer 1 is told this: buckets, databases, certificates. */
export interface AccountScope {
  readonly scope: EksScope;
  /** Provider of everything in the account. */
  readonly options: pulumi.ComponentResourceOptions;
  /** Of the key that encrypts what this cluster stores. Waits for it. */
  readonly keyArn: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
  /** Wait for the subnets only. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Security group that nodes and pods are in. Waits for the control plane. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
}
