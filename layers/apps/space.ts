// The namespace of the apps, and the gateway's right to see their routes.
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import { allowGatewayReader } from "../../lib/gateway-reader.ts";
import type { Gateway } from "../../lib/handles.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { namespaces } from "../../names.ts";

export interface AppSpaceArgs {
  readonly gateway: Gateway;
}

export class AppSpace extends Component {
  /** Waits for the namespace. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: AppSpaceArgs, options?: pulumi.ComponentResourceOptions) {
    super("apps", "AppSpace", name, options);
    const child = { parent: this };
    this.namespace = createNamespace(name, { name: namespaces.apps }, child);
    allowGatewayReader(`${name}-gateway-reader`, { namespace: this.namespace, gateway: args.gateway }, child);
    this.registerOutputs({});
  }
}
