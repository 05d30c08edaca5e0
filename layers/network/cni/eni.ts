// Cilium on AWS: addresses of the VPC for pods, from network interfaces that its operator makes. Pure.
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../../lib/aws/arn.ts";
import type { AwsHandle, Statement } from "../../../lib/aws/handle.ts";
import { makeInterfaces } from "../../../lib/aws/interfaces.ts";
import { clusterTag } from "../../../lib/aws/tags.ts";
import type { ImageParts } from "../../../lib/chart-images.ts";

type Account = Pick<AwsHandle, "partition" | "region" | "account" | "clusterName" | "vpcId" | "tags">;

/** Service account of the operator: the chart's own name for it. */
export const operatorAccount = "cilium-operator";

export const eniValues = ({ tags, clusterName }: Pick<Account, "tags" | "clusterName">, operator: ImageParts) => ({
  ipam: { mode: "eni" },
  eni: {
    enabled: true,
    // Sixteen addresses with each call, and many times the pods of a node.
    awsEnablePrefixDelegation: true,
    // By these its policy knows the interfaces that it made, and by the others it finds those that were left behind.
    eniTags: tags,
    gcTags: { "io.cilium/cilium-managed": "true", "io.cilium/cluster-name": clusterName },
  },
  routingMode: "native",
  // The VPC routes pods' addresses, and its NAT gateways translate them: the load balancers' targets are the pods themselves.
  enableIPv4Masquerade: false,
  // Without it no new pod gets an address: the other takes over.
  operator: { image: { override: operator.reference }, replicas: 2, prometheus: { enabled: true } },
});

/** For its operator: interfaces of this cluster in this VPC. After "Required Privileges" in the documentation of its ENI mode. */
export const eniStatements = (aws: Account): readonly Statement[] => {
  const ec2 = (resource: string) => arn(aws, "ec2", resource);
  const inVpc = { ArnEquals: { "ec2:Vpc": pulumi.interpolate`${ec2("vpc/")}${aws.vpcId}` } };
  const requested = { StringEquals: { [`aws:RequestTag/${clusterTag}`]: aws.clusterName } };
  const owned = { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: aws.clusterName } };
  const interfaces = ec2("network-interface/*");
  return [
    {
      sid: "Look",
      actions: [
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcs",
      ],
      resources: ["*"],
    },
    ...makeInterfaces(ec2, { requested, inVpc }),
    {
      sid: "TagThemWhenMade",
      actions: ["ec2:CreateTags"],
      resources: [interfaces],
      conditions: { StringEquals: { ...requested.StringEquals, "ec2:CreateAction": "CreateNetworkInterface" } },
    },
    {
      sid: "UseOwnInterfaces",
      actions: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:AttachNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:UnassignPrivateIpAddresses",
      ],
      resources: [interfaces],
      conditions: owned,
    },
    {
      sid: "UseOwnInstances",
      actions: ["ec2:AttachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"],
      resources: [ec2("instance/*")],
      conditions: owned,
    },
    {
      sid: "UseGroupsOfThisVpc",
      actions: ["ec2:ModifyNetworkInterfaceAttribute"],
      resources: [ec2("security-group/*")],
      conditions: inVpc,
    },
  ];
};

/**
 * The way of every pod to the Pod Identity agent, which is on the node: Cilium finds nodes in no block of addresses, so that of a
 * NetworkPolicy opens nothing. It denies nothing either: a pod that no other policy names stays as it is.
 */
export const podIdentityPolicy = {
  endpointSelector: {},
  enableDefaultDeny: { egress: false, ingress: false },
  egress: [{ toEntities: ["host"], toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] }],
};
