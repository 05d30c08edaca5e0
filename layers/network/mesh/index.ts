// The service mesh of a stack: who takes part, the control plane, and what services outside of the stack file's apps ask of it.
import type { MeshConfig, NetworkConfig } from "../../../config/schema.ts";
import type { ClusterHandle, GatewayApi, Mesh, TelemetryHandle } from "../../../lib/handles.ts";
import type { MeshMembers } from "../../../lib/mesh/membership.ts";
import { namespaces } from "../../../names.ts";
import { Istio } from "./istio.ts";

export interface MeshArgs extends MeshMembers {
  readonly cluster: ClusterHandle;
  readonly config: MeshConfig;
  readonly gatewayApi: GatewayApi;
  readonly telemetry?: TelemetryHandle;
}

/**
 * Who takes part: the gateway, the apps, and the namespaces that extra routes made.
 *
 * @param waypoints namespaces of apps that ask for more than mTLS.
 */
export const meshMembers = (
  config: NetworkConfig["mesh"],
  args: { readonly apps: readonly string[]; readonly made: readonly string[]; readonly waypoints: readonly string[] },
): MeshMembers | undefined =>
  config && {
    members: [namespaces.ingress, ...args.apps, ...args.made],
    waypoints: [...new Set([...args.waypoints, ...Object.values(config.services).map(({ namespace }) => namespace)])],
  };

export const createMesh = (args: MeshArgs): Mesh => {
  switch (args.config.kind) {
    case "istio":
      return new Istio("istio", args, args.cluster.options);
  }
};
