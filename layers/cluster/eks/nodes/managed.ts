// Managed node groups: AWS replaces their nodes, we say what a node is.
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import type { RoleHandle } from "../role.ts";
import type { EksScope } from "../scope.ts";

type ManagedNodes = Extract<EksConfig["nodes"], { kind: "managed" }>;
export type NodeGroupConfig = ManagedNodes["groups"][string];

const amiTypes = {
  bottlerocket: { amd64: "BOTTLEROCKET_x86_64", arm64: "BOTTLEROCKET_ARM_64" },
  al2023: { amd64: "AL2023_x86_64_STANDARD", arm64: "AL2023_ARM_64_STANDARD" },
} as const;

/** Volumes of a node. Bottlerocket has one for itself, whose size its image says, and one for everything else. */
export const volumesOf = ({ os, diskGiB }: Pick<NodeGroupConfig, "os" | "diskGiB">) =>
  os === "bottlerocket"
    ? [{ device: "/dev/xvda" }, { device: "/dev/xvdb", sizeGiB: diskGiB }]
    : [{ device: "/dev/xvda", sizeGiB: diskGiB }];

export interface ManagedGroupArgs {
  readonly scope: EksScope;
  readonly config: NodeGroupConfig;
  readonly role: RoleHandle;
  readonly keyArn: pulumi.Output<string>;
  /** Wait for their route to the internet. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Name of the cluster. Waits for what a node needs to become Ready. */
  readonly clusterName: pulumi.Output<string>;
}

export class ManagedGroup extends Component {
  /** Its id. Waits until its nodes are Ready. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: ManagedGroupArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "ManagedGroup", name, options);
    const { scope, config, role } = args;
    const template = this.createTemplate(name, args);
    const group = new NodeGroup(
      name,
      {
        // Its own name is left to the engine: a group is replaced by a new one beside it, and only then drained.
        clusterName: args.clusterName,
        nodeRoleArn: role.ready,
        subnetIds: args.subnetIds,
        amiType: amiTypes[config.os][config.architecture],
        version: scope.config.kubernetes,
        ...(config.release !== undefined && { releaseVersion: config.release }),
        capacityType: config.capacity === "spot" ? "SPOT" : "ON_DEMAND",
        instanceTypes: [...config.instanceTypes],
        launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
        scalingConfig: { minSize: config.min, maxSize: config.max, desiredSize: config.min },
        updateConfig: { maxUnavailablePercentage: 33 },
        nodeRepairConfig: { enabled: true },
      },
      // Nodes that lost their role cannot be drained.
      { parent: this, dependsOn: [...role.permissions] },
    );
    this.ready = group.id;
    this.registerOutputs({ id: group.id });
  }

  /** Waits for nothing but the key: it is there long before the control plane is. */
  private createTemplate(name: string, { scope, config, keyArn }: ManagedGroupArgs): LaunchTemplate {
    const tags = { ...scope.tags, Name: `${scope.clusterName}-${name.split("-").at(-1) ?? name}` };
    return new LaunchTemplate(
      name,
      {
        updateDefaultVersion: true,
        // A pod that is not on the host's network is one hop further, and gets no credentials of the node.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        monitoring: { enabled: true },
        blockDeviceMappings: volumesOf(config).map(({ device, sizeGiB }) => ({
          deviceName: device,
          ebs: {
            volumeType: "gp3",
            encrypted: "true",
            kmsKeyId: keyArn,
            deleteOnTermination: "true",
            ...(sizeGiB !== undefined && { volumeSize: sizeGiB }),
          },
        })),
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      },
      { parent: this },
    );
  }
}
