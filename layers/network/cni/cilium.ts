// The pod network by Cilium's own chart. Whatever is created meanwhile waits in the API server: only pods need a network.
import type * as pulumi from "@pulumi/pulumi";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle, PodNetwork } from "../../../lib/handles.ts";
import { createRelease } from "../../../lib/release.ts";
import { nodePorts } from "../../../names.ts";
import { type CiliumConfig, ciliumValues } from "./cilium-values.ts";

/** Where nodes and network belong together, and where the chart expects to be. */
const namespace = "kube-system";

export interface CiliumArgs {
  readonly cluster: ClusterHandle;
  readonly config: CiliumConfig;
}

export class Cilium extends Component implements PodNetwork {
  readonly ready: pulumi.Output<string>;
  /** Of Hubble's UI on the user's machine; undefined where there is none. */
  readonly hubbleUrl: string | undefined;

  constructor(name: string, { cluster, config }: CiliumArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Cilium", name, options);
    const release = createRelease(
      name,
      {
        name: "cilium",
        chart: cluster.charts.chart("cilium"),
        namespace,
        values: ciliumValues(config, cluster, chartImage(cluster.images, "cilium")),
      },
      { parent: this },
    );
    this.ready = release.status.name;
    this.hubbleUrl = config.hubble && cluster.nodePorts ? `http://localhost:${nodePorts.hubbleUi}` : undefined;
    this.registerOutputs({});
  }
}
