// The namespace of the apps, and the gateway's right to see their routes.
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import { admitGateway } from "../../lib/gateway-admission.ts";
import type { Gateway, Mesh } from "../../lib/handles.ts";
import { namespaceLabels } from "../../lib/mesh/membership.ts";
import { createWaypoint } from "../../lib/mesh/waypoint.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { namespaces } from "../../names.ts";

export interface AppSpaceArgs {
  readonly gateway: Gateway;
  readonly mesh?: Mesh;
}

export class AppSpace extends Component {
  /** Waits for the namespace. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: AppSpaceArgs, options?: pulumi.ComponentResourceOptions) {
    super("apps", "AppSpace", name, options);
    const child = { parent: this };
    const { mesh } = args;
    const of = namespaces.apps;
    this.namespace = createNamespace(name, { name: of, labels: namespaceLabels(of, mesh) }, child);
    if (mesh?.waypoints.includes(of)) createWaypoint(name, { of, namespace: this.namespace, mesh }, child);
    admitGateway(name, { namespace: this.namespace, gateway: args.gateway }, child);
    this.registerOutputs({});
  }
}
