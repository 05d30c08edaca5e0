// Istio in ambient mode: four releases side by side. They find each other, so only who makes an object of Istio's waits for one.
import type * as pulumi from "@pulumi/pulumi";
import type { MeshConfig } from "../../../config/schema.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ChartFile, ClusterHandle, GatewayApi, Mesh, TelemetryHandle } from "../../../lib/handles.ts";
import type { MeshMembers } from "../../../lib/mesh/membership.ts";
import { createMeshObjects } from "../../../lib/mesh/objects.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { namespaces } from "../../../names.ts";
import { istioFlows } from "./istio-flows.ts";
import {
  type IstioTraits,
  istioBaseValues,
  istioCniValues,
  istiodValues,
  releases,
  tracingProvider,
  ztunnelValues,
} from "./istio-values.ts";

export interface IstioArgs extends MeshMembers {
  readonly cluster: ClusterHandle;
  readonly config: MeshConfig;
  readonly gatewayApi: GatewayApi;
  /** Where traces go. Left out: none are sent. */
  readonly telemetry?: TelemetryHandle;
}

/** Istio's own default; on a laptop nobody waits for a hundred requests to see one trace. */
const sampling = (config: MeshConfig, local: boolean): number => config.tracing.samplingPercent ?? (local ? 100 : 1);

export class Istio extends Component implements Mesh {
  readonly members: readonly string[];
  readonly waypoints: readonly string[];
  readonly simulated: boolean;
  readonly revision: pulumi.Output<string>;
  readonly gatewayApi: GatewayApi;
  readonly issuers: MeshConfig["issuers"];
  readonly telemetryNamespace: string | undefined;

  constructor(name: string, args: IstioArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Istio", name, options);
    const child = { parent: this };
    const { cluster, config, telemetry } = args;
    // istio-cni writes the nodes' CNI folder, and both it and ztunnel enter the network namespaces of pods.
    const namespace = createNamespace(name, { name: namespaces.mesh }, child);
    const flows = istioFlows({ issuers: config.issuers, waypoints: args.waypoints });
    for (const [workload, own] of Object.entries(flows))
      allowFlows(`${name}-${workload}`, { namespace, workload, flows: own }, child);

    const traits: IstioTraits = {
      local: cluster.local,
      simulated: cluster.simulated,
      ...(telemetry && { collector: new URL(telemetry.otlpGrpc).host }),
    };
    const { charts, images } = cluster;
    const install = (release: keyof typeof releases, chart: ChartFile, values: pulumi.Inputs) =>
      createRelease(`${name}-${release}`, { name: releases[release], chart, namespace, values }, child);
    const base = install("base", charts.chart("istioBase"), istioBaseValues(traits));
    install("istiod", charts.chart("istiod"), istiodValues(traits, chartImage(images, "istiod")));
    install("cni", charts.chart("istioCni"), istioCniValues(chartImage(images, "istioCni")));
    install("ztunnel", charts.chart("ztunnel"), ztunnelValues(chartImage(images, "ztunnel")));

    this.members = args.members;
    this.waypoints = args.waypoints;
    this.simulated = cluster.simulated;
    this.gatewayApi = args.gatewayApi;
    this.issuers = config.issuers;
    this.telemetryNamespace = telemetry?.namespace;
    // The definitions are objects of this release; the revision is the one without a name.
    this.revision = base.status.apply(() => "default");
    if (telemetry)
      createMeshObjects(
        [
          {
            kind: "Telemetry",
            name: "mesh-tracing",
            spec: {
              tracing: [
                {
                  providers: [{ name: tracingProvider }],
                  randomSamplingPercentage: sampling(config, cluster.local),
                },
              ],
            },
          },
        ],
        { prefix: `${name}-`, workload: releases.istiod, namespace, mesh: this },
        child,
      );
    this.registerOutputs({});
  }
}
