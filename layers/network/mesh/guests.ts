// Services in the namespaces of extra routes, and what the stack file asks of the mesh for them. Their pods are somebody else's.
import type * as pulumi from "@pulumi/pulumi";
import type { MeshConfig } from "../../../config/schema.ts";
import type { Mesh } from "../../../lib/handles.ts";
import { authPolicies, keyReader, keyServiceOf } from "../../../lib/mesh/authorization.ts";
import { createMeshObjects } from "../../../lib/mesh/objects.ts";
import { trafficObjects } from "../../../lib/mesh/traffic.ts";
import { createWaypoint } from "../../../lib/mesh/waypoint.ts";
import type { Flow } from "../../../lib/network-policy.ts";

/** Flows into a namespace that istiod needs to fetch an issuer's keys there. */
export const keyFlows = (namespace: string, issuers: MeshConfig["issuers"]): Flow[] =>
  Object.values(issuers).some(({ jwksUri }) => keyServiceOf(jwksUri)?.namespace === namespace)
    ? [{ peers: [keyReader], ports: [] }]
    : [];

export interface GuestArgs {
  /** Waits for the namespace. */
  readonly namespace: pulumi.Input<string>;
  readonly mesh: Mesh;
  readonly services: MeshConfig["services"];
}

/** Waypoint and policies of a namespace; its component's name is the namespace's. */
export const createGuests = (name: string, args: GuestArgs, options: pulumi.CustomResourceOptions): void => {
  const { mesh, namespace } = args;
  if (!mesh.waypoints.includes(name)) return;
  createWaypoint(name, { of: name, namespace, mesh }, options);
  for (const [key, config] of Object.entries(args.services)) {
    if (config.namespace !== name) continue;
    const service = config.service ?? key;
    createMeshObjects(
      [
        ...authPolicies(service, config.auth, mesh.issuers),
        ...trafficObjects({ service, namespace: name, port: config.port, config }),
      ],
      { prefix: `${name}-`, workload: service, namespace, mesh },
      options,
    );
  }
};
