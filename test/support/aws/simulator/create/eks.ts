// The control plane, nodes, add-ons, access. The provider's fields have the service's own names. The simulator has clusters and node
// groups; the others are checked against the service's model only.

import type { Fields } from "../account.ts";
import { type Creators, given, list, nameOf, record, text } from "./types.ts";

const common = (inputs: Fields) => ({ clusterName: inputs["clusterName"], tags: inputs["tags"] });

export const eks: Creators = {
  "aws:eks/cluster:Cluster": async (account, inputs) => {
    const { vpcConfig, encryptionConfig, enabledClusterLogTypes, defaultAddonsToRemoves: _, ...rest } = inputs;
    const { cluster } = await account.call(
      "eks",
      "CreateCluster",
      given({
        ...rest,
        resourcesVpcConfig: vpcConfig,
        encryptionConfig: [encryptionConfig],
        logging: { clusterLogging: [{ types: enabledClusterLogTypes, enabled: true }] },
      }),
    );
    const made = record(cluster);
    // EKS makes this group beside the cluster; the simulator does not.
    const { Subnets } = await account.call("ec2", "DescribeSubnets", { SubnetIds: record(vpcConfig)["subnetIds"] });
    const group = await account.call("ec2", "CreateSecurityGroup", {
      GroupName: `eks-cluster-sg-${text(made["name"])}`,
      Description: "EKS created security group",
      VpcId: list(Subnets)[0]?.["VpcId"],
    });
    return {
      id: text(made["name"]),
      state: {
        name: made["name"],
        arn: made["arn"],
        endpoint: made["endpoint"],
        certificateAuthority: record(made["certificateAuthority"]),
        vpcConfig: { ...record(vpcConfig), clusterSecurityGroupId: group["GroupId"] },
      },
    };
  },
  "aws:eks/nodeGroup:NodeGroup": async (account, inputs, name) => {
    const nodeGroupName = nameOf(inputs, name, "nodeGroupName");
    const { nodeGroupName: _, nodeRoleArn, subnetIds, scalingConfig, ...rest } = inputs;
    const { nodegroup } = await account.call(
      "eks",
      "CreateNodegroup",
      given({ ...rest, nodegroupName: nodeGroupName, nodeRole: nodeRoleArn, subnets: subnetIds, scalingConfig }),
    );
    return {
      id: `${text(inputs["clusterName"])}:${text(nodeGroupName)}`,
      state: { status: record(nodegroup)["status"] },
    };
  },
  "aws:eks/addon:Addon": async (account, inputs) => {
    const { resolveConflictsOnCreate, resolveConflictsOnUpdate: _, preserve: __, ...rest } = inputs;
    await account.check("eks", "CreateAddon", given({ ...rest, resolveConflicts: resolveConflictsOnCreate }));
    return { id: `${text(inputs["clusterName"])}:${text(inputs["addonName"])}`, state: {} };
  },
  "aws:eks/accessEntry:AccessEntry": async (account, inputs) => {
    const { kubernetesGroups, principalArn, type } = inputs;
    await account.check("eks", "CreateAccessEntry", given({ ...common(inputs), principalArn, kubernetesGroups, type }));
    return { id: `${text(inputs["clusterName"])}:${text(principalArn)}`, state: { principalArn } };
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": async (account, inputs) => {
    const { clusterName, principalArn, policyArn, accessScope } = inputs;
    await account.check("eks", "AssociateAccessPolicy", { clusterName, principalArn, policyArn, accessScope });
    return { id: `${text(clusterName)}#${text(principalArn)}#${text(policyArn)}`, state: {} };
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": async (account, inputs) => {
    const { namespace, serviceAccount, roleArn } = inputs;
    await account.check(
      "eks",
      "CreatePodIdentityAssociation",
      given({ ...common(inputs), namespace, serviceAccount, roleArn }),
    );
    return { id: `${text(inputs["clusterName"])}:${text(namespace)}:${text(serviceAccount)}`, state: {} };
  },
};
