// Base of every component: one token scheme, and nothing in super() that could hold its children back.
import * as pulumi from "@pulumi/pulumi";

export type Layer = "cluster" | "network" | "platform" | "apps";

/**
 * A component resource of type `strata:<layer>:<Kind>`.
 *
 * Its arguments stay out of the engine: an Output among them would hold every child back until it resolves, used or not.
 */
export abstract class Component extends pulumi.ComponentResource {
  protected constructor(layer: Layer, kind: string, name: string, options?: pulumi.ComponentResourceOptions) {
    super(`strata:${layer}:${kind}`, name, {}, options);
  }
}
