// VPC, subnets, ways out, security groups, launch templates.

import type { Fields } from "../account.ts";
import { type Creators, given, list, nameOf, pascal, record, tagList, text } from "./types.ts";

const tagged = (ResourceType: string, inputs: Fields) => {
  const Tags = tagList(inputs);
  return Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType, Tags }] };
};

const permission = (inputs: Fields) => [
  given({
    IpProtocol: inputs["ipProtocol"],
    FromPort: inputs["fromPort"],
    ToPort: inputs["toPort"],
    IpRanges: inputs["cidrIpv4"] === undefined ? undefined : [{ CidrIp: inputs["cidrIpv4"] }],
    UserIdGroupPairs:
      inputs["referencedSecurityGroupId"] === undefined
        ? undefined
        : [{ GroupId: inputs["referencedSecurityGroupId"] }],
  }),
];

export const ec2: Creators = {
  "aws:ec2/vpc:Vpc": async (account, inputs) => {
    const { Vpc } = await account.call("ec2", "CreateVpc", {
      CidrBlock: inputs["cidrBlock"],
      ...tagged("vpc", inputs),
    });
    const id = text(record(Vpc)["VpcId"]);
    await account.call("ec2", "ModifyVpcAttribute", {
      VpcId: id,
      EnableDnsSupport: { Value: inputs["enableDnsSupport"] },
    });
    await account.call("ec2", "ModifyVpcAttribute", {
      VpcId: id,
      EnableDnsHostnames: { Value: inputs["enableDnsHostnames"] },
    });
    return { id, state: { id } };
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": async (account, inputs) => {
    const { SecurityGroups } = await account.call("ec2", "DescribeSecurityGroups", {
      Filters: [
        { Name: "vpc-id", Values: [inputs["vpcId"]] },
        { Name: "group-name", Values: ["default"] },
      ],
    });
    const id = text(list(SecurityGroups)[0]?.["GroupId"]);
    const rules = await account.call("ec2", "DescribeSecurityGroupRules", {
      Filters: [{ Name: "group-id", Values: [id] }],
    });
    const ids = (egress: boolean) =>
      list(rules["SecurityGroupRules"])
        .filter((rule) => rule["IsEgress"] === egress)
        .map((rule) => rule["SecurityGroupRuleId"]);
    // It takes over the group and leaves it the rules it was given: none.
    if (ids(true).length > 0)
      await account.call("ec2", "RevokeSecurityGroupEgress", { GroupId: id, SecurityGroupRuleIds: ids(true) });
    if (ids(false).length > 0)
      await account.call("ec2", "RevokeSecurityGroupIngress", { GroupId: id, SecurityGroupRuleIds: ids(false) });
    return { id, state: {} };
  },
  "aws:ec2/subnet:Subnet": async (account, inputs) => {
    const { Subnet } = await account.call("ec2", "CreateSubnet", {
      VpcId: inputs["vpcId"],
      CidrBlock: inputs["cidrBlock"],
      AvailabilityZone: inputs["availabilityZone"],
      ...tagged("subnet", inputs),
    });
    return { id: text(record(Subnet)["SubnetId"]), state: {} };
  },
  "aws:ec2/internetGateway:InternetGateway": async (account, inputs) => {
    const { InternetGateway } = await account.call("ec2", "CreateInternetGateway", tagged("internet-gateway", inputs));
    const id = text(record(InternetGateway)["InternetGatewayId"]);
    await account.call("ec2", "AttachInternetGateway", { InternetGatewayId: id, VpcId: inputs["vpcId"] });
    return { id, state: {} };
  },
  "aws:ec2/eip:Eip": async (account, inputs) => {
    const found = await account.call("ec2", "AllocateAddress", {
      Domain: inputs["domain"],
      ...tagged("elastic-ip", inputs),
    });
    return { id: text(found["AllocationId"]), state: { publicIp: found["PublicIp"] } };
  },
  "aws:ec2/natGateway:NatGateway": async (account, inputs) => {
    const { NatGateway } = await account.call("ec2", "CreateNatGateway", {
      SubnetId: inputs["subnetId"],
      AllocationId: inputs["allocationId"],
      ...tagged("natgateway", inputs),
    });
    return { id: text(record(NatGateway)["NatGatewayId"]), state: {} };
  },
  "aws:ec2/routeTable:RouteTable": async (account, inputs) => {
    const { RouteTable } = await account.call("ec2", "CreateRouteTable", {
      VpcId: inputs["vpcId"],
      ...tagged("route-table", inputs),
    });
    return { id: text(record(RouteTable)["RouteTableId"]), state: {} };
  },
  "aws:ec2/route:Route": async (account, inputs) => {
    await account.call(
      "ec2",
      "CreateRoute",
      given({
        RouteTableId: inputs["routeTableId"],
        DestinationCidrBlock: inputs["destinationCidrBlock"],
        GatewayId: inputs["gatewayId"],
        NatGatewayId: inputs["natGatewayId"],
      }),
    );
    return { id: `r-${text(inputs["routeTableId"])}`, state: {} };
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": async (account, inputs) => {
    const found = await account.call("ec2", "AssociateRouteTable", {
      RouteTableId: inputs["routeTableId"],
      SubnetId: inputs["subnetId"],
    });
    return { id: text(found["AssociationId"]), state: {} };
  },
  "aws:ec2/securityGroup:SecurityGroup": async (account, inputs, name) => {
    const found = await account.call("ec2", "CreateSecurityGroup", {
      GroupName: nameOf(inputs, name),
      Description: inputs["description"] ?? "Managed by Pulumi",
      VpcId: inputs["vpcId"],
      ...tagged("security-group", inputs),
    });
    const id = text(found["GroupId"]);
    for (const [key, operation] of [["ingress", "AuthorizeSecurityGroupIngress"]] as const)
      for (const rule of list(inputs[key]))
        await account.call("ec2", operation, {
          GroupId: id,
          IpPermissions: [
            given({
              IpProtocol: rule["protocol"],
              FromPort: rule["fromPort"],
              ToPort: rule["toPort"],
              IpRanges: (rule["cidrBlocks"] as string[] | undefined)?.map((CidrIp) => ({ CidrIp })),
              UserIdGroupPairs: (rule["securityGroups"] as string[] | undefined)?.map((GroupId) => ({ GroupId })),
            }),
          ],
        });
    return { id, state: {} };
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": async (account, inputs) => {
    const { SecurityGroupRules } = await account.call("ec2", "AuthorizeSecurityGroupIngress", {
      GroupId: inputs["securityGroupId"],
      IpPermissions: permission(inputs),
    });
    return { id: text(list(SecurityGroupRules)[0]?.["SecurityGroupRuleId"]), state: {} };
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": async (account, inputs) => {
    const { SecurityGroupRules } = await account.call("ec2", "AuthorizeSecurityGroupEgress", {
      GroupId: inputs["securityGroupId"],
      IpPermissions: permission(inputs),
    });
    return { id: text(list(SecurityGroupRules)[0]?.["SecurityGroupRuleId"]), state: {} };
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": async (account, inputs) => {
    const { VpcEndpoint } = await account.call(
      "ec2",
      "CreateVpcEndpoint",
      given({
        VpcId: inputs["vpcId"],
        ServiceName: inputs["serviceName"],
        VpcEndpointType: inputs["vpcEndpointType"],
        RouteTableIds: inputs["routeTableIds"],
        SubnetIds: inputs["subnetIds"],
        SecurityGroupIds: inputs["securityGroupIds"],
        PrivateDnsEnabled: inputs["privateDnsEnabled"],
        PolicyDocument: inputs["policy"],
        ...tagged("vpc-endpoint", inputs),
      }),
    );
    return { id: text(record(VpcEndpoint)["VpcEndpointId"]), state: {} };
  },
  "aws:ec2/flowLog:FlowLog": async (account, inputs) => {
    const { FlowLogIds, Unsuccessful } = await account.call(
      "ec2",
      "CreateFlowLogs",
      given({
        ResourceIds: [inputs["vpcId"]],
        ResourceType: "VPC",
        TrafficType: inputs["trafficType"],
        LogDestinationType: inputs["logDestinationType"],
        LogDestination: inputs["logDestination"],
        DeliverLogsPermissionArn: inputs["iamRoleArn"],
        MaxAggregationInterval: inputs["maxAggregationInterval"],
        LogFormat: inputs["logFormat"],
        ...tagged("vpc-flow-log", inputs),
      }),
    );
    if (list(Unsuccessful).length > 0) throw new Error(JSON.stringify(Unsuccessful));
    return { id: text((FlowLogIds as string[])[0]), state: {} };
  },
  "aws:ec2/launchTemplate:LaunchTemplate": async (account, inputs, name) => {
    const data = pascal(
      given({
        blockDeviceMappings: inputs["blockDeviceMappings"],
        metadataOptions: inputs["metadataOptions"],
        monitoring: inputs["monitoring"],
        tagSpecifications: list(inputs["tagSpecifications"]).map(({ resourceType, tags }) => ({
          resourceType,
          tags: Object.entries(record(tags)).map(([key, value]) => ({ key, value })),
        })),
        userData: inputs["userData"],
        networkInterfaces: inputs["networkInterfaces"],
      }),
    ) as Record<string, unknown>;
    // The provider takes the text that its predecessor's schema made of a flag.
    const mappings = list(data["BlockDeviceMappings"]).map((mapping) => {
      const ebs = record(mapping["Ebs"]);
      const flag = (value: unknown) => (typeof value === "string" ? value === "true" : value);
      return {
        ...mapping,
        Ebs: given({
          ...ebs,
          Encrypted: flag(ebs["Encrypted"]),
          DeleteOnTermination: flag(ebs["DeleteOnTermination"]),
        }),
      };
    });
    const { LaunchTemplate } = await account.call("ec2", "CreateLaunchTemplate", {
      LaunchTemplateName: nameOf(inputs, name),
      LaunchTemplateData: given({ ...data, BlockDeviceMappings: mappings.length > 0 ? mappings : undefined }),
      ...tagged("launch-template", inputs),
    });
    const { LaunchTemplateId, LatestVersionNumber } = record(LaunchTemplate);
    return { id: text(LaunchTemplateId), state: { latestVersion: LatestVersionNumber } };
  },
};
