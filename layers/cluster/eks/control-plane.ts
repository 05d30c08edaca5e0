// The control plane: encrypted, logged, private, and with access entries as the only way in.
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import type * as pulumi from "@pulumi/pulumi";
import { arn } from "../../../lib/aws/arn.ts";
import { Component } from "../../../lib/component.ts";
import { volumeKeyStatements } from "./key-use.ts";
import { createLogGroup, logGroups } from "./logs.ts";
import { createRole, roleName, serviceTrust } from "./role.ts";
import type { EksScope } from "./scope.ts";

export interface ControlPlaneArgs {
  readonly scope: EksScope;
  readonly keyArn: pulumi.Output<string>;
  readonly intraSubnetIds: pulumi.Output<string[]>;
  /** Services' addresses: overlaps neither the VPC nor what is reached from it. */
  readonly serviceCidr: string;
  /** ARN of the nodes' role, where AWS makes the nodes. Waits until it may what it is for. */
  readonly autoNodeRoleArn?: pulumi.Output<string>;
}

/** Of AWS's own: what the control plane does in the account. The last four are for Auto Mode. */
const clusterPolicy = "AmazonEKSClusterPolicy";
const autoPolicies = [
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
];
const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

export class ControlPlane extends Component {
  /** Name of the cluster. Waits until the API server answers. */
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  /** Base64 of its certificate authority. */
  readonly certificateAuthority: pulumi.Output<string>;
  /** The security group that it shares with its nodes. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: ControlPlaneArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "ControlPlane", name, options);
    const child = { parent: this };
    const { scope, autoNodeRoleArn } = args;
    const { clusterName, config } = scope;
    const { nodes, apiServer } = config;
    const auto = nodes.kind === "auto";
    const logs = createLogGroup(
      name,
      { name: logGroups(clusterName).controlPlane, days: config.logDays, keyArn: args.keyArn },
      child,
    );
    const role = createRole(
      name,
      {
        roleName: roleName(clusterName, scope, "control-plane"),
        scope,
        trust: serviceTrust(
          "eks.amazonaws.com",
          arn(scope, "eks", `cluster/${clusterName}`),
          auto ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"],
        ),
        managed: auto ? [clusterPolicy, ...autoPolicies] : [clusterPolicy],
        // Auto Mode makes the volumes by this role.
        statements: auto ? volumeKeyStatements(args.keyArn) : [],
      },
      child,
    );
    const cluster = new Cluster(
      name,
      {
        name: clusterName,
        version: config.kubernetes,
        roleArn: role.ready,
        vpcConfig: {
          subnetIds: args.intraSubnetIds,
          endpointPrivateAccess: true,
          endpointPublicAccess: apiServer.access === "restricted",
          ...(apiServer.access === "restricted" && { publicAccessCidrs: [...apiServer.from] }),
        },
        accessConfig: {
          authenticationMode: "API",
          // Who runs this goes on inside the cluster, and its ARN is not known without asking AWS. Read at creation only.
          bootstrapClusterCreatorAdminPermissions: true,
        },
        // Ours are pinned, and a node without its network would come up before them.
        bootstrapSelfManagedAddons: false,
        encryptionConfig: { provider: { keyArn: args.keyArn }, resources: ["secrets"] },
        enabledClusterLogTypes: logTypes,
        upgradePolicy: { supportType: "STANDARD" },
        deletionProtection: config.protect === true,
        kubernetesNetworkConfig: {
          ipFamily: "ipv4",
          serviceIpv4Cidr: args.serviceCidr,
          elasticLoadBalancing: { enabled: auto },
        },
        computeConfig: {
          enabled: auto,
          ...(auto && autoNodeRoleArn && { nodePools: [...nodes.pools], nodeRoleArn: autoNodeRoleArn }),
        },
        storageConfig: { blockStorage: { enabled: auto } },
        zonalShiftConfig: { enabled: true },
      },
      {
        parent: this,
        protect: config.protect === true,
        // EKS makes the group by itself where it finds none. The role is left to it until its network interfaces are gone.
        dependsOn: [logs, ...role.permissions],
      },
    );
    this.clusterName = cluster.name;
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.data;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.registerOutputs({ endpoint: cluster.endpoint });
  }
}
