// The one owner of the Gateway API's definitions: a release of their publisher's manifest, which upgrades and removes them.
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import type { ClusterHandle, GatewayApi } from "../../lib/handles.ts";
import { createRelease } from "../../lib/release.ts";
import { type GatewayApiMinor, gatewayApis } from "../../versions.ts";

export interface GatewayApiDefinitionsArgs {
  readonly cluster: ClusterHandle;
  readonly version: GatewayApiMinor;
}

export class GatewayApiDefinitions extends Component implements GatewayApi {
  readonly ready: pulumi.Output<string>;

  constructor(
    name: string,
    { cluster, version }: GatewayApiDefinitionsArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("network", "GatewayApiDefinitions", name, options);
    const release = createRelease(
      name,
      // The namespace holds Helm's record only: the definitions have none, and this one is in every cluster.
      { name: "gateway-api", chart: cluster.charts.chart(gatewayApis[version]), namespace: "kube-system" },
      { parent: this },
    );
    this.ready = release.status.name;
    this.registerOutputs({});
  }
}
