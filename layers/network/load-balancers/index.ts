// Load balancers of the account for Services: by the AWS Load Balancer Controller, or by EKS itself where it runs the nodes too.
import * as pulumi from "@pulumi/pulumi";
import type { AwsHandle } from "../../../lib/aws/handle.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle, PodNetwork } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { namespaces, services } from "../../../names.ts";
import { loadBalancerStatements } from "./policy.ts";
import { loadBalancerFlows, loadBalancerValues } from "./values.ts";

export interface LoadBalancers {
  readonly aws: AwsHandle;
  /**
   * What a Service names as its class. Waits for the controller, so that on destroy the Service goes first: alone, it would wait for ever
   * for somebody to take its load balancer down.
   */
  readonly serviceClass: pulumi.Output<string>;
  /** Whether it can hold back a pod's readiness until the load balancer knows it, by a label of the namespace. */
  readonly gatesReadiness: boolean;
}

export interface LoadBalancerControllerArgs {
  readonly cluster: ClusterHandle;
  readonly aws: AwsHandle;
  readonly podNetwork: PodNetwork;
}

export class LoadBalancerController extends Component implements LoadBalancers {
  readonly aws: AwsHandle;
  readonly serviceClass: pulumi.Output<string>;
  readonly gatesReadiness: boolean;

  constructor(name: string, args: LoadBalancerControllerArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "LoadBalancerController", name, options);
    const child = { parent: this };
    const { cluster, aws, podNetwork } = args;
    const workload = services.loadBalancers;
    const namespace = createNamespace(name, { name: namespaces.loadBalancers }, child);
    allowFlows(name, { namespace, workload, flows: loadBalancerFlows }, child);
    const identity = aws.identity(name, {
      namespace: namespaces.loadBalancers,
      serviceAccount: workload,
      statements: loadBalancerStatements(aws),
    });
    const release = createRelease(
      name,
      {
        name: workload,
        chart: cluster.charts.chart("awsLoadBalancerController"),
        // Also for the way back: it has load balancers to delete, with credentials and over the network.
        namespace: pulumi.all([namespace, identity, aws.operational, podNetwork.ready]).apply(([known]) => known),
        values: loadBalancerValues(aws, chartImage(cluster.images, "awsLoadBalancerController")),
      },
      child,
    );
    this.aws = aws;
    this.serviceClass = release.status.apply(() => "service.k8s.aws/nlb");
    // Its webhook does that, and on simulated nodes no webhook answers.
    this.gatesReadiness = !cluster.simulated;
    this.registerOutputs({});
  }
}

/** Undefined off AWS. */
export const createLoadBalancers = (cluster: ClusterHandle, podNetwork: PodNetwork): LoadBalancers | undefined => {
  const { aws } = cluster;
  if (aws === undefined) return undefined;
  if (aws.nodes === "auto") return { aws, serviceClass: pulumi.output("eks.amazonaws.com/nlb"), gatesReadiness: false };
  return new LoadBalancerController("load-balancers", { cluster, aws, podNetwork }, cluster.options);
};
