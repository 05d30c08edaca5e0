// Karpenter: nodes for the pods that there are. It runs on a managed group, and on nothing that it makes itself.
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { chartImage } from "../../../../lib/chart-images.ts";
import { Component } from "../../../../lib/component.ts";
import type { ChartSource, ClusterImages } from "../../../../lib/handles.ts";
import { createRelease } from "../../../../lib/release.ts";
import { labels } from "../../../../names.ts";
import type { ControlPlane } from "../control-plane.ts";
import { PodIdentity } from "../identity.ts";
import { type RoleHandle, roleName } from "../role.ts";
import type { EksScope } from "../scope.ts";
import { Interruptions } from "./interruptions.ts";
import { karpenterValues, type NodePoolConfig, nodeClassSpec, nodePoolSpec } from "./karpenter-objects.ts";
import { karpenterStatements } from "./karpenter-policy.ts";

export interface KarpenterArgs {
  readonly scope: EksScope;
  readonly pools: Readonly<Record<string, NodePoolConfig>>;
  readonly controlPlane: Pick<ControlPlane, "clusterName" | "endpoint" | "securityGroupId">;
  readonly keyArn: pulumi.Output<string>;
  readonly nodeRole: RoleHandle;
  readonly subnetIds: pulumi.Output<string[]>;
  /** Of objects in the cluster; waits for no node. */
  readonly provider: Provider;
  readonly charts: ChartSource;
  readonly images: ClusterImages;
  /** Resolves when pods run and find names. */
  readonly podsRun: pulumi.Output<string>;
}

/** The API server serves requests from here before others': Karpenter's own recommendation. */
const namespace = "kube-system";
const serviceAccount = "karpenter";

export class Karpenter extends Component {
  /** Waits for the pools. On deletion they go first, and take their nodes along while Karpenter still runs. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: KarpenterArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Karpenter", name, options);
    const child = { parent: this };
    const { scope, controlPlane } = args;
    const { queueName, queueArn } = new Interruptions(`${name}-interruptions`, { scope }, child);
    const profile = new InstanceProfile(
      name,
      { name: roleName(scope.clusterName, scope, "karpenter-nodes"), role: args.nodeRole.name },
      { parent: this, dependsOn: [...args.nodeRole.permissions] },
    );
    const identity = new PodIdentity(
      `${name}-identity`,
      {
        scope,
        clusterName: controlPlane.clusterName,
        namespace,
        serviceAccount,
        statements: karpenterStatements(scope, {
          keyArn: args.keyArn,
          nodeRoleArn: args.nodeRole.arn,
          instanceProfileArn: profile.arn,
          queueArn,
        }),
      },
      child,
    );
    const objects = { parent: this, provider: args.provider };
    const release = createRelease(
      name,
      {
        name: "karpenter",
        chart: args.charts.chart("karpenter"),
        namespace: pulumi.all([identity.serviceAccount, args.podsRun]).apply(() => namespace),
        values: karpenterValues(
          { clusterName: scope.clusterName, endpoint: controlPlane.endpoint, queueName, region: scope.region },
          chartImage(args.images, "karpenter")("controller"),
        ),
      },
      objects,
    );
    const pools = Object.entries(args.pools).map(([pool, config]) => {
      const object = (suffix: string, apiVersion: string, kind: string, spec: pulumi.Input<object>) =>
        new CustomResource(
          `${name}-${pool}-${suffix}`,
          {
            apiVersion,
            kind,
            metadata: {
              // The definition of its kind is in the release.
              name: release.status.apply(() => pool),
              labels: { [labels.partOf]: "strata", [labels.managedBy]: "pulumi" },
            },
            spec,
          },
          // Its finalizer waits until the last of its nodes is gone.
          { ...objects, customTimeouts: { delete: "20m" } },
        ).metadata.apply((found) => found.name ?? pool);
      const nodeClass = object(
        "class",
        "karpenter.k8s.aws/v1",
        "EC2NodeClass",
        pulumi
          .all([args.subnetIds, controlPlane.securityGroupId, args.keyArn, profile.name])
          .apply(([subnetIds, securityGroupId, keyArn, instanceProfile]) =>
            nodeClassSpec(config, { tags: scope.tags, instanceProfile, subnetIds, securityGroupId, keyArn }),
          ),
      );
      return object("pool", "karpenter.sh/v1", "NodePool", nodePoolSpec(config, nodeClass));
    });
    this.ready = pulumi.all(pools).apply(() => serviceAccount);
    this.registerOutputs({});
  }
}
