// What the pod network and the volumes' driver may do in the account: with what bears this cluster's tag, and nothing else.
import type * as pulumi from "@pulumi/pulumi";
import { arn, type Scope } from "../../../lib/aws/arn.ts";
import type { Statement } from "../../../lib/aws/handle.ts";
import { makeInterfaces } from "../../../lib/aws/interfaces.ts";
import { clusterTag } from "../../../lib/aws/tags.ts";
import { volumeKeyStatements } from "./key-use.ts";

type Named = Scope & { readonly clusterName: string };

const requested = ({ clusterName }: Named) => ({ StringEquals: { [`aws:RequestTag/${clusterTag}`]: clusterName } });
const owned = ({ clusterName }: Named) => ({ StringEquals: { [`aws:ResourceTag/${clusterTag}`]: clusterName } });

/**
 * The pod network makes network interfaces in the VPC and gives them prefixes. After the policy that its documentation scopes to one
 * cluster ("Scope-down IAM policy per EKS cluster"), with strata's tag in the place of its own.
 */
export const podNetworkStatements = (scope: Named, vpcArn: pulumi.Input<string>): readonly Statement[] => {
  const ec2 = (resource: string) => arn(scope, "ec2", resource);
  const inVpc = { ArnEquals: { "ec2:Vpc": vpcArn } };
  return [
    {
      sid: "Look",
      actions: [
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
      ],
      resources: ["*"],
    },
    ...makeInterfaces(ec2, { requested: requested(scope), inVpc }),
    {
      sid: "TagThemWhenMade",
      actions: ["ec2:CreateTags"],
      resources: [ec2("network-interface/*")],
      conditions: { StringEquals: { "ec2:CreateAction": "CreateNetworkInterface" } },
    },
    {
      sid: "TagOwnInterfaces",
      actions: ["ec2:CreateTags"],
      resources: [ec2("network-interface/*")],
      conditions: owned(scope),
    },
    {
      sid: "UseOwnInterfaces",
      actions: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:AttachNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DetachNetworkInterface",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:UnassignPrivateIpAddresses",
      ],
      resources: [ec2("network-interface/*")],
      conditions: owned(scope),
    },
    {
      sid: "UseOwnInstances",
      actions: ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"],
      resources: [ec2("instance/*")],
      conditions: owned(scope),
    },
    {
      sid: "UseGroupsOfThisVpc",
      actions: ["ec2:ModifyNetworkInterfaceAttribute"],
      resources: [ec2("security-group/*")],
      conditions: inVpc,
    },
  ];
};

/** The driver makes, attaches, grows and deletes volumes of this cluster. No snapshots: nothing here makes one. */
export const volumeStatements = (scope: Named, keyArn: pulumi.Input<string>): readonly Statement[] => {
  const ec2 = (resource: string) => arn(scope, "ec2", resource);
  return [
    {
      sid: "Look",
      actions: [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeTags",
        "ec2:DescribeVolumeStatus",
        "ec2:DescribeVolumes",
        "ec2:DescribeVolumesModifications",
      ],
      resources: ["*"],
    },
    {
      sid: "MakeVolumes",
      actions: ["ec2:CreateVolume"],
      resources: [ec2("volume/*")],
      conditions: requested(scope),
    },
    {
      sid: "TagThemWhenMade",
      actions: ["ec2:CreateTags"],
      resources: [ec2("volume/*")],
      conditions: { StringEquals: { "ec2:CreateAction": "CreateVolume" } },
    },
    {
      sid: "UseOwnVolumes",
      actions: ["ec2:AttachVolume", "ec2:DeleteVolume", "ec2:DetachVolume", "ec2:ModifyVolume"],
      resources: [ec2("volume/*")],
      conditions: owned(scope),
    },
    {
      sid: "UseOwnInstances",
      actions: ["ec2:AttachVolume", "ec2:DetachVolume"],
      resources: [ec2("instance/*")],
      conditions: owned(scope),
    },
    ...volumeKeyStatements(keyArn),
  ];
};
