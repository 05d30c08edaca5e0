// VPC endpoints: AWS's services from inside, without a NAT gateway between.
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../lib/component.ts";
import type { EksScope } from "./scope.ts";

/** What nodes, add-ons and the controllers of the layers above call. */
export const interfaceServices = [
  "autoscaling",
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "kms",
  "logs",
  "secretsmanager",
  "sqs",
  "ssm",
  "sts",
] as const;

export interface EndpointsArgs {
  readonly scope: EksScope;
  readonly vpcId: pulumi.Output<string>;
  readonly routeTableIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
}

export class Endpoints extends Component {
  constructor(name: string, args: EndpointsArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Endpoints", name, options);
    const child = { parent: this };
    const { scope, vpcId } = args;
    // The VPC's names of services are of one form in every partition but China's.
    const prefix = scope.partition === "aws-cn" ? "cn.com.amazonaws" : "com.amazonaws";
    const title = (service: string) => ({ Name: `${scope.clusterName}-${service}` });
    new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${scope.region}.s3`,
        routeTableIds: args.routeTableIds,
        tags: title("s3"),
      },
      child,
    );
    if (scope.config.vpc.endpoints === "all") {
      const group = new SecurityGroup(
        name,
        {
          vpcId,
          name: `${scope.clusterName}-endpoints`,
          description: "HTTPS from the VPC to endpoints of AWS services",
          tags: title("endpoints"),
        },
        child,
      );
      new SecurityGroupIngressRule(
        name,
        {
          securityGroupId: group.id,
          description: "HTTPS from the VPC",
          cidrIpv4: scope.config.vpc.cidr,
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
          tags: title("endpoints"),
        },
        child,
      );
      for (const service of interfaceServices)
        new VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId,
            vpcEndpointType: "Interface",
            serviceName: `${prefix}.${scope.region}.${service}`,
            privateDnsEnabled: true,
            subnetIds: args.privateSubnetIds,
            securityGroupIds: [group.id],
            tags: title(service),
          },
          child,
        );
    }
    this.registerOutputs({});
  }
}
