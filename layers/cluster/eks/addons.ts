// EKS add-ons at the versions of versions.ts: what a node needs before it is Ready, and what needs nodes.
import { Addon } from "@pulumi/aws/eks/addon.js";
import * as pulumi from "@pulumi/pulumi";
import type { addonNames } from "../../../config/eks.schema.ts";
import { arn } from "../../../lib/aws/arn.ts";
import { Component } from "../../../lib/component.ts";
import { eksAddons } from "../../../versions.ts";
import { podNetworkStatements, volumeStatements } from "./addon-policies.ts";
import { podTrust } from "./identity.ts";
import { createRole, type RoleHandle, roleName } from "./role.ts";
import type { EksScope } from "./scope.ts";

export type AddonName = (typeof addonNames)[number];

const namespace = "kube-system";

interface AddonOptions {
  readonly values?: object;
  /** Role of one of its service accounts. */
  readonly role?: { readonly serviceAccount: string; readonly handle: RoleHandle };
}

const createAddon = (
  name: string,
  args: {
    readonly scope: EksScope;
    readonly clusterName: pulumi.Output<string>;
    readonly addon: AddonName;
  } & AddonOptions,
  options: pulumi.CustomResourceOptions,
): Addon => {
  const { config } = args.scope;
  return new Addon(
    `${name}-${args.addon}`,
    {
      clusterName: args.clusterName,
      addonName: args.addon,
      addonVersion: config.addons[args.addon] ?? eksAddons[config.kubernetes][args.addon],
      resolveConflictsOnCreate: "OVERWRITE",
      // What somebody changed in the cluster is put back: the stack file says how it is.
      resolveConflictsOnUpdate: "OVERWRITE",
      ...(args.values && { configurationValues: JSON.stringify(args.values) }),
      ...(args.role && {
        podIdentityAssociations: [{ serviceAccount: args.role.serviceAccount, roleArn: args.role.handle.ready }],
      }),
    },
    // Without its role it could not take back what it made in the account.
    { ...options, ...(args.role && { dependsOn: [...args.role.handle.permissions] }) },
  );
};

export interface NodeAddonsArgs {
  readonly scope: EksScope;
  readonly clusterName: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
}

/** The pod network with prefixes and network policies: four times the pods of a node, each policy enforced before a pod starts. */
export const podNetworkValues = (tags: Readonly<Record<string, string>>) => ({
  enableNetworkPolicy: "true",
  env: {
    ENABLE_PREFIX_DELEGATION: "true",
    WARM_PREFIX_TARGET: "1",
    // By these tags its policy knows the interfaces that it made.
    ADDITIONAL_ENI_TAGS: JSON.stringify(tags),
  },
});

/** What a node runs to become Ready. None of them waits for a node. */
export class NodeAddons extends Component {
  /** Name of the cluster. Waits for the add-ons: without a pod network no node becomes Ready; on deletion the nodes go first. */
  readonly clusterName: pulumi.Output<string>;

  constructor(name: string, args: NodeAddonsArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "NodeAddons", name, options);
    const child = { parent: this };
    const { scope } = args;
    const { podNetwork, kubeProxy } = scope.config;
    const addons = [createAddon(name, { ...args, addon: "eks-pod-identity-agent" }, child)];
    if (kubeProxy !== "none") addons.push(createAddon(name, { ...args, addon: "kube-proxy" }, child));
    if (podNetwork !== "none") {
      const vpcArn = pulumi.interpolate`${arn(scope, "ec2", "vpc/")}${args.vpcId}`;
      const role = createRole(
        `${name}-vpc-cni`,
        {
          roleName: roleName(scope.clusterName, scope, "vpc-cni"),
          scope,
          trust: podTrust(scope, { namespace, serviceAccount: "aws-node" }),
          statements: podNetworkStatements(scope, vpcArn),
        },
        child,
      );
      addons.push(
        createAddon(
          name,
          {
            ...args,
            addon: "vpc-cni",
            values: podNetworkValues(scope.tags),
            role: { serviceAccount: "aws-node", handle: role },
          },
          child,
        ),
      );
    }
    this.clusterName = pulumi.all([args.clusterName, ...addons.map(({ id }) => id)]).apply(([found]) => found ?? "");
    this.registerOutputs({});
  }
}

export interface PodAddonsArgs {
  readonly scope: EksScope;
  /** Name of the cluster. Waits for nodes. */
  readonly clusterName: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
}

/** What runs in pods: names, and volumes. */
export class PodAddons extends Component {
  /** Name of the volumes' driver. Waits for it, and for names. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: PodAddonsArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "PodAddons", name, options);
    const child = { parent: this };
    const { scope } = args;
    const serviceAccount = "ebs-csi-controller-sa";
    const role = createRole(
      `${name}-ebs-csi`,
      {
        roleName: roleName(scope.clusterName, scope, "ebs-csi"),
        scope,
        trust: podTrust(scope, { namespace, serviceAccount }),
        statements: volumeStatements(scope, args.keyArn),
      },
      child,
    );
    const dns = createAddon(name, { ...args, addon: "coredns" }, child);
    const volumes = createAddon(
      name,
      {
        ...args,
        addon: "aws-ebs-csi-driver",
        // By these tags its policy knows the volumes that it made.
        values: { controller: { extraVolumeTags: scope.tags } },
        role: { serviceAccount, handle: role },
      },
      child,
    );
    this.ready = pulumi.all([dns.id, volumes.id]).apply(() => "ebs.csi.aws.com");
    this.registerOutputs({});
  }
}
