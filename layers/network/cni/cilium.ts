// The pod network by Cilium's own chart. Whatever is created meanwhile waits in the API server: only pods need a network.
import type * as pulumi from "@pulumi/pulumi";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle, GatewayApi, PodNetwork } from "../../../lib/handles.ts";
import { createRelease } from "../../../lib/release.ts";
import { nodePorts } from "../../../names.ts";
import { type CiliumConfig, ciliumValues } from "./cilium-values.ts";

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
  /** Of Hubble's UI on the user's machine; undefined where there is none. */
  readonly hubbleUrl: string | undefined;

  constructor(name: string, { cluster, config, gatewayApi }: CiliumArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Cilium", name, options);
    const values = ciliumValues(
      config,
      { ...cluster, gateway: gatewayApi !== undefined },
      chartImage(cluster.images, "cilium"),
    );
    const release = createRelease(
      name,
      {
        name: "cilium",
        chart: cluster.charts.chart("cilium"),
        // The operator looks for the Gateway API once, when it starts.
        namespace: gatewayApi ? gatewayApi.ready.apply(() => namespace) : namespace,
        values,
      },
      { parent: this },
    );
    this.ready = release.status.name;
    this.hubbleUrl = config.hubble && cluster.nodePorts ? `http://localhost:${nodePorts.hubbleUi}` : undefined;
    this.registerOutputs({});
  }
}
