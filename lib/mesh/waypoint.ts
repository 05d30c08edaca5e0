// The waypoint of a namespace: the proxy that judges and retries requests to its Services. Istio makes it out of a Gateway object.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import { labels, ports, services } from "../../names.ts";
import type { Mesh } from "../handles.ts";
import { allowFlows } from "../network-policy.ts";
import { workloadLabels, workloadTimeouts } from "../workload.ts";
import { waypointFlows } from "./flows.ts";

export interface WaypointArgs {
  /** Name of the namespace. */
  readonly of: string;
  /** Waits for the namespace. */
  readonly namespace: pulumi.Input<string>;
  readonly mesh: Mesh;
}

/** Named `<name>-waypoint`. Nothing waits for it; the run does, until it is programmed. */
export const createWaypoint = (name: string, args: WaypointArgs, options: pulumi.CustomResourceOptions): void => {
  const { mesh } = args;
  new CustomResource(
    `${name}-waypoint`,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: {
        name: services.waypoint,
        namespace: args.namespace,
        labels: { ...workloadLabels(services.waypoint), "istio.io/waypoint-for": "service" },
        // Nobody programs a Gateway on simulated nodes.
        ...(mesh.simulated ? {} : { annotations: { "pulumi.com/waitFor": "condition=Programmed" } }),
      },
      spec: {
        gatewayClassName: mesh.gatewayApi.ready.apply(() => "istio-waypoint"),
        listeners: [{ name: "mesh", port: ports.hbone, protocol: "HBONE" }],
        // For the NetworkPolicy below: Istio's own labels have no name that the others go by.
        infrastructure: { labels: { [labels.name]: services.waypoint } },
      },
    },
    { ...options, customTimeouts: workloadTimeouts },
  );
  allowFlows(
    `${name}-waypoint`,
    {
      namespace: args.namespace,
      workload: services.waypoint,
      flows: waypointFlows(args.of, mesh, mesh.telemetryNamespace),
    },
    options,
  );
};
