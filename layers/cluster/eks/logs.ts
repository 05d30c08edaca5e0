// Where logs of AWS's own go. The groups are made before their writers: those would make them without an end of their retention.
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type * as pulumi from "@pulumi/pulumi";

/** Names that EKS and our flow log write to. */
export const logGroups = (clusterName: string) => ({
  controlPlane: `/aws/eks/${clusterName}/cluster`,
  flow: `/strata/${clusterName}/vpc-flow`,
});

/** Where an instance of RDS writes its log. */
export const databaseLogGroup = (identifier: string): string => `/aws/rds/instance/${identifier}/postgresql`;

export interface LogGroupArgs {
  readonly name: string;
  readonly days: number;
  readonly keyArn: pulumi.Output<string>;
}

export const createLogGroup = (name: string, args: LogGroupArgs, options: pulumi.CustomResourceOptions): LogGroup =>
  new LogGroup(name, { name: args.name, retentionInDays: args.days, kmsKeyId: args.keyArn }, options);
