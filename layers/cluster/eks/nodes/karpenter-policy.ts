// What Karpenter may do in the account: launch and end nodes of this cluster, read what there is to choose from, hear of interruptions.
// After the policies of its own CloudFormation template (v1.14), without instance profiles: ours is made beforehand.
import type * as pulumi from "@pulumi/pulumi";
import { arn, globalArn, type Scope } from "../../../../lib/aws/arn.ts";
import type { Statement } from "../../../../lib/aws/handle.ts";
import { volumeKeyStatements } from "../key-use.ts";

export interface KarpenterGrants {
  readonly keyArn: pulumi.Input<string>;
  readonly nodeRoleArn: pulumi.Input<string>;
  readonly instanceProfileArn: pulumi.Input<string>;
  readonly queueArn: pulumi.Input<string>;
}

/** Karpenter puts these on what it makes, and takes nothing else for its own. */
export const ownedTag = (clusterName: string): string => `kubernetes.io/cluster/${clusterName}`;

export const karpenterStatements = (
  scope: Scope & { readonly clusterName: string },
  grants: KarpenterGrants,
): readonly Statement[] => {
  const { clusterName, partition } = scope;
  const ec2 = (...resources: string[]) => resources.map((resource) => arn(scope, "ec2", `${resource}/*`));
  // Images and their snapshots belong to no account in their ARN.
  const images = ["image", "snapshot"].map((resource) => `arn:${partition}:ec2:${scope.region}::${resource}/*`);
  const spot = "role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot";
  const owned = {
    StringEquals: { [`aws:ResourceTag/${ownedTag(clusterName)}`]: "owned" },
    StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
  };
  const requested = {
    [`aws:RequestTag/${ownedTag(clusterName)}`]: "owned",
    "aws:RequestTag/eks:eks-cluster-name": clusterName,
  };
  const pool = { "aws:RequestTag/karpenter.sh/nodepool": "*" };
  const made = ec2("fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume");
  const launch = ["ec2:CreateFleet", "ec2:RunInstances"];
  return [
    { sid: "LaunchFromImages", actions: launch, resources: images },
    {
      sid: "LaunchIntoOwnNetwork",
      actions: launch,
      resources: ec2("security-group", "subnet"),
      conditions: { StringEquals: { [`aws:ResourceTag/${ownedTag(clusterName)}`]: "owned" } },
    },
    { sid: "LaunchFromOwnTemplates", actions: launch, resources: ec2("launch-template"), conditions: owned },
    {
      sid: "LaunchWithOwnTags",
      actions: [...launch, "ec2:CreateLaunchTemplate"],
      resources: made,
      conditions: { StringEquals: requested, StringLike: pool },
    },
    {
      sid: "TagWhatIsLaunched",
      actions: ["ec2:CreateTags"],
      resources: made,
      conditions: {
        StringEquals: { ...requested, "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"] },
        StringLike: pool,
      },
    },
    {
      sid: "NameOwnInstances",
      actions: ["ec2:CreateTags"],
      resources: ec2("instance"),
      conditions: {
        ...owned,
        StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": clusterName },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
      },
    },
    { sid: "EndOwnInstances", actions: ["ec2:TerminateInstances"], resources: ec2("instance"), conditions: owned },
    {
      sid: "DeleteOwnTemplates",
      actions: ["ec2:DeleteLaunchTemplate"],
      resources: ec2("launch-template"),
      conditions: owned,
    },
    {
      sid: "GiveNodesTheirRole",
      actions: ["iam:PassRole"],
      resources: [grants.nodeRoleArn],
      conditions: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
    { sid: "ReadTheirProfile", actions: ["iam:GetInstanceProfile"], resources: [grants.instanceProfileArn] },
    {
      // The account's first spot instance makes it; without this it never comes.
      sid: "FirstSpotInstance",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [globalArn(scope, "iam", spot)],
      conditions: { StringEquals: { "iam:AWSServiceName": "spot.amazonaws.com" } },
    },
    {
      sid: "FindControlPlane",
      actions: ["eks:DescribeCluster"],
      resources: [arn(scope, "eks", `cluster/${clusterName}`)],
    },
    {
      sid: "HearOfInterruptions",
      actions: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
      resources: [grants.queueArn],
    },
    {
      sid: "FindImages",
      actions: ["ssm:GetParameter"],
      resources: [`arn:${partition}:ssm:${scope.region}::parameter/aws/service/bottlerocket/*`],
    },
    {
      sid: "Look",
      actions: [
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribePlacementGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSpotPriceHistory",
        "ec2:DescribeSubnets",
        "iam:ListInstanceProfiles",
        "pricing:GetProducts",
      ],
      resources: ["*"],
    },
    ...volumeKeyStatements(grants.keyArn),
  ];
};

export const queuePolicyStatements = (queueArn: pulumi.Input<string>, ruleArns: readonly pulumi.Input<string>[]) => [
  {
    Sid: "RulesOfThisCluster",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
  },
  {
    Sid: "EncryptedOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
];
