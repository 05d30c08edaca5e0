// The pod network by Calico's operator. Whatever is created meanwhile waits in the API server: only pods need a network.
import type * as pulumi from "@pulumi/pulumi";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle, PodNetwork } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { createRelease } from "../../../lib/release.ts";
import { namespaces } from "../../../names.ts";
import { calicoValues } from "./calico-values.ts";

export interface CalicoArgs {
  readonly cluster: ClusterHandle;
}

export class Calico extends Component implements PodNetwork {
  /** Resolves when the operator runs; it brings Calico to the nodes within a minute or two. */
  readonly ready: pulumi.Output<string>;
  readonly nodeMetrics = [];

  constructor(name: string, { cluster }: CalicoArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Calico", name, options);
    const child = { parent: this };
    // The operator is there before any pod network is, so it shares that of the node.
    const namespace = createNamespace(name, { name: namespaces.calico }, child);
    const release = createRelease(
      name,
      {
        name: "calico",
        chart: cluster.charts.chart("calico"),
        namespace,
        values: calicoValues(chartImage(cluster.images, "calico")),
      },
      child,
    );
    this.ready = release.status.name;
    this.registerOutputs({});
  }
}
