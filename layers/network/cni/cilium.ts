// The pod network by Cilium's own chart. Whatever is created meanwhile waits in the API server: only pods need a network.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle, GatewayApi, PodNetwork } from "../../../lib/handles.ts";
import { createRelease } from "../../../lib/release.ts";
import { workloadLabels } from "../../../lib/workload.ts";
import { nodePorts, ports } from "../../../names.ts";
import { type CiliumConfig, ciliumValues } from "./cilium-values.ts";
import { eniStatements, operatorAccount, podIdentityPolicy } from "./eni.ts";

/** Where nodes and network belong together, and where the chart expects to be. */
const namespace = "kube-system";

export interface CiliumArgs {
  readonly cluster: ClusterHandle;
  readonly config: CiliumConfig;
  /** Given where it is the gateway too. */
  readonly gatewayApi?: GatewayApi;
}

export class Cilium extends Component implements PodNetwork {
  readonly ready: pulumi.Output<string>;
  readonly nodeMetrics = [ports.ciliumAgentMetrics, ports.ciliumOperatorMetrics];
  /** Of Hubble's UI on the user's machine; undefined where there is none. */
  readonly hubbleUrl: string | undefined;

  constructor(name: string, { cluster, config, gatewayApi }: CiliumArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Cilium", name, options);
    const values = ciliumValues(
      config,
      { ...cluster, gateway: gatewayApi !== undefined },
      chartImage(cluster.images, "cilium"),
    );
    const { aws } = cluster;
    const identity = aws?.identity(name, {
      namespace,
      serviceAccount: operatorAccount,
      statements: eniStatements(aws),
    });
    const release = createRelease(
      name,
      {
        name: "cilium",
        chart: cluster.charts.chart("cilium"),
        // The operator looks for the Gateway API once, when it starts, and for its credentials.
        namespace:
          gatewayApi || identity ? pulumi.all([gatewayApi?.ready, identity]).apply(() => namespace) : namespace,
        values,
        // Installed beside the nodes of an account, which take minutes to come.
        ...(aws && { timeoutSeconds: 1200 }),
      },
      { parent: this },
    );
    this.ready = release.status.name;
    // Its operator makes the definition of its policies when it starts, which on simulated nodes it never does.
    if (aws && !cluster.simulated)
      new CustomResource(
        `${name}-pod-identity`,
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumClusterwideNetworkPolicy",
          metadata: { name: this.ready.apply(() => "pod-identity"), labels: workloadLabels("cilium") },
          spec: podIdentityPolicy,
        },
        { parent: this },
      );
    this.hubbleUrl = config.hubble && cluster.nodePorts ? `http://localhost:${nodePorts.hubbleUi}` : undefined;
    this.registerOutputs({});
  }
}
