// What the AWS Load Balancer Controller may do in the account: network load balancers of this cluster's Services, and no more. Pure.
import * as pulumi from "@pulumi/pulumi";
import { arn, globalArn, type Scope } from "../../../lib/aws/arn.ts";
import type { Statement } from "../../../lib/aws/handle.ts";

/** Tag that the controller puts on everything it makes, with the cluster's name. */
export const clusterTag = "elbv2.k8s.aws/cluster";

/** Tag of the security group of the nodes: EKS puts it on the cluster's own. */
export const nodeGroupTag = (clusterName: string): string => `kubernetes.io/cluster/${clusterName}`;

export interface LoadBalancerScope extends Scope {
  readonly clusterName: string;
  readonly vpcId: pulumi.Input<string>;
}

const service = "elasticloadbalancing.amazonaws.com";

export const loadBalancerStatements = (scope: LoadBalancerScope): readonly Statement[] => {
  const { clusterName, vpcId } = scope;
  const balancing = (resource: string) => arn(scope, "elasticloadbalancing", resource);
  const [balancers, targets, listeners] = [
    balancing("loadbalancer/net/*/*"),
    balancing("targetgroup/*/*"),
    balancing("listener/net/*/*/*"),
  ];
  const securityGroups = arn(scope, "ec2", "security-group/*");
  const vpc = pulumi.output(vpcId).apply((id) => arn(scope, "ec2", `vpc/${id}`));
  const requested = { StringEquals: { [`aws:RequestTag/${clusterTag}`]: clusterName } };
  const ours = { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: clusterName } };
  return [
    {
      sid: "Look",
      actions: [
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: ["*"],
    },
    { sid: "LookAtVpc", actions: ["ec2:GetSecurityGroupsForVpc"], resources: [vpc] },
    {
      // The first load balancer of an account makes it.
      sid: "ServiceLinkedRole",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [globalArn(scope, "iam", `role/aws-service-role/${service}/AWSServiceRoleForElasticLoadBalancing`)],
      conditions: { StringEquals: { "iam:AWSServiceName": service } },
    },
    {
      sid: "Create",
      actions: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      resources: [balancers, targets],
      conditions: requested,
    },
    {
      sid: "TagNew",
      actions: ["elasticloadbalancing:AddTags"],
      resources: [balancers, targets, listeners],
      conditions: {
        StringEquals: {
          ...requested.StringEquals,
          "elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup", "CreateListener"],
        },
      },
    },
    {
      sid: "TagOwn",
      actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      resources: [balancers, targets, listeners],
      conditions: ours,
    },
    {
      sid: "ChangeOwn",
      actions: [
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:RemoveListenerCertificates",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ],
      resources: [balancers, targets, listeners],
      conditions: ours,
    },
    {
      sid: "CreateSecurityGroup",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [securityGroups],
      conditions: requested,
    },
    { sid: "CreateSecurityGroupInVpc", actions: ["ec2:CreateSecurityGroup"], resources: [vpc] },
    {
      sid: "TagNewSecurityGroup",
      actions: ["ec2:CreateTags"],
      resources: [securityGroups],
      conditions: { StringEquals: { ...requested.StringEquals, "ec2:CreateAction": "CreateSecurityGroup" } },
    },
    {
      sid: "ChangeOwnSecurityGroup",
      actions: [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:RevokeSecurityGroupIngress",
      ],
      resources: [securityGroups],
      conditions: ours,
    },
    {
      // Lets the load balancer reach the pods, whose addresses are of the nodes' network interfaces.
      sid: "OpenNodes",
      actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      resources: [securityGroups],
      conditions: { StringEquals: { [`aws:ResourceTag/${nodeGroupTag(clusterName)}`]: "owned" } },
    },
  ];
};
