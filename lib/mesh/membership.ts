// Who takes part in the mesh, as plain data: labels and identities are known before anything exists.
import { services } from "../../names.ts";

export interface MeshMembers {
  /** Namespaces whose pods take part: ztunnel carries their traffic to each other, with mTLS. */
  readonly members: readonly string[];
  /** Those of them whose services are reached through a waypoint, which judges each request. */
  readonly waypoints: readonly string[];
}

/** Labels that Istio looks for on a namespace. */
export const meshLabels = { dataplane: "istio.io/dataplane-mode", waypoint: "istio.io/use-waypoint" } as const;

/** Labels of a namespace; none where there is no mesh, or the namespace takes no part. */
export const namespaceLabels = (namespace: string, mesh: MeshMembers | undefined): Record<string, string> =>
  mesh?.members.includes(namespace)
    ? {
        [meshLabels.dataplane]: "ambient",
        ...(mesh.waypoints.includes(namespace) && { [meshLabels.waypoint]: services.waypoint }),
      }
    : {};

/** Identity in a workload's certificate, as policies write it. */
export const principal = (namespace: string, serviceAccount: string): string =>
  `cluster.local/ns/${namespace}/sa/${serviceAccount}`;

/** Where the mesh speaks for a Service's pods: Istio makes the waypoint's ServiceAccount of the Gateway's name. */
export const waypointPrincipal = (namespace: string): string => principal(namespace, services.waypoint);
