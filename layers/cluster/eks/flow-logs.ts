// Who talked to whom in the VPC: its flow log, in CloudWatch Logs.
import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import type * as pulumi from "@pulumi/pulumi";
import { arn, type Scope } from "../../../lib/aws/arn.ts";
import type { Statement } from "../../../lib/aws/handle.ts";
import { Component } from "../../../lib/component.ts";
import { createLogGroup, logGroups } from "./logs.ts";
import { createRole, roleName, serviceTrust } from "./role.ts";
import type { EksScope } from "./scope.ts";

export const flowLogStatements = (scope: Scope & { readonly clusterName: string }): readonly Statement[] => {
  const group = arn(scope, "logs", `log-group:${logGroups(scope.clusterName).flow}`);
  return [
    {
      sid: "WriteFlows",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      resources: [group, `${group}:log-stream:*`],
    },
    { sid: "FindGroup", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
  ];
};

export interface FlowLogsArgs {
  readonly scope: EksScope;
  readonly vpcId: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
}

export class FlowLogs extends Component {
  constructor(name: string, { scope, vpcId, keyArn }: FlowLogsArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "FlowLogs", name, options);
    const child = { parent: this };
    const group = createLogGroup(
      name,
      { name: logGroups(scope.clusterName).flow, days: scope.config.vpc.flowLogDays, keyArn },
      child,
    );
    const role = createRole(
      name,
      {
        roleName: roleName(scope.clusterName, scope, "flow-logs"),
        scope,
        trust: serviceTrust("vpc-flow-logs.amazonaws.com", arn(scope, "ec2", "vpc-flow-log/*")),
        statements: flowLogStatements(scope),
      },
      child,
    );
    new FlowLog(
      name,
      {
        vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.ready,
        maxAggregationInterval: 60,
        tags: { Name: scope.clusterName },
      },
      child,
    );
    this.registerOutputs({});
  }
}
