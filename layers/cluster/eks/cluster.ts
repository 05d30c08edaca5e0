// Layer 1 on AWS put together. What waits for what is in the values: the control plane's minutes are spent by nothing that does not need it.
import type { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { serviceCidr, serviceCidrs } from "../../../lib/aws/subnets.ts";
import { Component } from "../../../lib/component.ts";
import type { ChartSource, ClusterImages } from "../../../lib/handles.ts";
import { createProvider } from "../provider.ts";
import { Access } from "./access.ts";
import { NodeAddons, PodAddons } from "./addons.ts";
import { Spending } from "./budget.ts";
import { ControlPlane } from "./control-plane.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flow-logs.ts";
import { DataKey } from "./keys.ts";
import { type EksEndpoint, eksIdentity, eksKubeconfig } from "./kubeconfig.ts";
import { Karpenter } from "./nodes/karpenter.ts";
import { ManagedGroup, type NodeGroupConfig } from "./nodes/managed.ts";
import { createNodeRole } from "./nodes/node-role.ts";
import type { RoleHandle } from "./role.ts";
import type { EksScope } from "./scope.ts";
import { Storage } from "./storage.ts";
import { EksNetwork } from "./vpc.ts";

export interface EksClusterArgs {
  readonly scope: EksScope;
  readonly stack: string;
  readonly aws: AwsProvider;
  readonly charts: ChartSource;
  readonly images: ClusterImages;
}

export class EksCluster extends Component {
  readonly network: EksNetwork;
  readonly controlPlane: ControlPlane;
  readonly keyArn: pulumi.Output<string>;
  /** Secret, as the other clusters' are; there are no credentials in it. Waits for the API server. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Name of the cluster. Waits for what `provider` waits for. */
  readonly operational: pulumi.Output<string>;
  /** Of objects that nodes need to become Ready: waits for the API server alone. */
  readonly earlyProvider: Provider;
  /**
   * Of everything else. Waits for nodes, names, volumes and what makes nodes: on deletion these outlive every object, so that controllers
   * can still take back the load balancers, volumes and network interfaces that they made.
   */
  readonly provider: Provider;

  constructor(name: string, args: EksClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "EksCluster", name, { ...options, providers: [args.aws] });
    const child = { parent: this };
    const { scope } = args;
    const { config, clusterName } = scope;
    const key = new DataKey(`${name}-key`, { scope }, child);
    this.keyArn = key.arn;
    this.network = new EksNetwork(`${name}-vpc`, { scope }, child);
    const { vpcId } = this.network;
    new Endpoints(
      `${name}-endpoints`,
      { scope, vpcId, routeTableIds: this.network.routeTableIds, privateSubnetIds: this.network.privateSubnetIds },
      child,
    );
    new FlowLogs(`${name}-flow-logs`, { scope, vpcId, keyArn: key.arn }, child);
    if (config.budget) new Spending(`${name}-budget`, { scope, stack: args.stack, config: config.budget }, child);

    const nodeRole = createNodeRole(`${name}-nodes`, scope, child);
    this.controlPlane = new ControlPlane(
      `${name}-control-plane`,
      {
        scope,
        keyArn: key.arn,
        intraSubnetIds: this.network.intraSubnetIds,
        serviceCidr: serviceCidr([config.vpc.cidr, ...config.vpc.connected]) ?? serviceCidrs[0],
        ...(config.nodes.kind === "auto" && { autoNodeRoleArn: nodeRole.ready }),
      },
      child,
    );
    new Access(`${name}-access`, { scope, clusterName: this.controlPlane.clusterName }, child);

    const endpoint = pulumi.all([this.controlPlane.endpoint, this.controlPlane.certificateAuthority]).apply(
      ([address, certificateAuthority]): EksEndpoint => ({
        name: clusterName,
        region: config.region,
        endpoint: address,
        certificateAuthority,
      }),
    );
    const identity = endpoint.apply(eksIdentity);
    this.kubeconfig = pulumi.secret(endpoint.apply(eksKubeconfig));
    this.earlyProvider = createProvider(`${name}-early-provider`, { kubeconfig: this.kubeconfig, identity }, child);

    const driver = this.createNodes(name, args, nodeRole);
    const early = { parent: this, provider: this.earlyProvider };
    const storage = new Storage(`${name}-storage`, { driver, keyArn: key.arn, endpoint }, early);
    this.operational = storage.ready.apply(() => clusterName);
    const kubeconfig = pulumi.secret(pulumi.all([this.kubeconfig, this.operational]).apply(([text]) => text));
    this.provider = createProvider(`${name}-provider`, { kubeconfig, identity }, child);
    this.registerOutputs({ endpoint: this.controlPlane.endpoint });
  }

  /** @returns name of the volumes' driver. Waits until pods can run, and volumes be made for them. */
  private createNodes(
    name: string,
    { scope, charts, images }: EksClusterArgs,
    role: RoleHandle,
  ): pulumi.Output<string> {
    const child = { parent: this };
    const { nodes } = scope.config;
    const { clusterName } = this.controlPlane;
    if (nodes.kind === "auto") return clusterName.apply(() => "ebs.csi.eks.amazonaws.com");

    const addons = new NodeAddons(`${name}-node-addons`, { scope, clusterName, vpcId: this.network.vpcId }, child);
    const groups: Readonly<Record<string, NodeGroupConfig>> =
      nodes.kind === "managed" ? nodes.groups : { system: nodes.system };
    const ready = Object.entries(groups).map(
      ([group, config]) =>
        new ManagedGroup(
          `${name}-nodes-${group}`,
          {
            scope,
            config,
            role,
            keyArn: this.keyArn,
            subnetIds: this.network.nodeSubnetIds,
            clusterName: addons.clusterName,
          },
          child,
        ).ready,
    );
    const withNodes = pulumi.all([clusterName, ...ready]).apply(([found]) => found ?? "");
    const driver = new PodAddons(`${name}-pod-addons`, { scope, clusterName: withNodes, keyArn: this.keyArn }, child)
      .ready;
    if (nodes.kind !== "karpenter") return driver;
    const karpenter = new Karpenter(
      `${name}-karpenter`,
      {
        scope,
        pools: nodes.pools,
        controlPlane: this.controlPlane,
        keyArn: this.keyArn,
        nodeRole: role,
        subnetIds: this.network.nodeSubnetIds,
        provider: this.earlyProvider,
        charts,
        images,
        podsRun: driver,
      },
      child,
    );
    return pulumi.all([driver, karpenter.ready]).apply(([found]) => found);
  }
}
