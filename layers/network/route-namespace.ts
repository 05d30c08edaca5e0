// A namespace for workloads of others that extra routes lead to: open to the gateway, to itself and to the platform's services.
import type * as pulumi from "@pulumi/pulumi";
import type { MeshConfig } from "../../config/schema.ts";
import { Component } from "../../lib/component.ts";
import { type AdmittingGateway, admitGateway } from "../../lib/gateway-admission.ts";
import type { Mesh } from "../../lib/handles.ts";
import { tunnelFlows } from "../../lib/mesh/flows.ts";
import { namespaceLabels } from "../../lib/mesh/membership.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { allowNamespaceFlows, type Flows } from "../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../names.ts";
import { createGuests, keyFlows } from "./mesh/guests.ts";

/** Namespaces that another part of the program makes, or every cluster has. */
const ownedElsewhere = new Set<string>([
  // The original keeps services there that the stack file does not declare.
  ...Object.values(namespaces).filter((namespace) => namespace !== namespaces.microservices),
  "default",
  "kube-system",
  "kube-public",
  "kube-node-lease",
]);

/** Namespaces that the extra routes name and nobody else makes, sorted. */
export const routeNamespaces = (routes: Readonly<Record<string, { readonly namespace: string }>>): string[] =>
  [...new Set(Object.values(routes).map(({ namespace }) => namespace))]
    .filter((namespace) => !ownedElsewhere.has(namespace))
    .sort();

/** What every pod there may do; the pods are not ours, so no workload is named. */
export const routeNamespaceFlows = (namespace: string): Flows => ({
  ingress: [
    { peers: [{ namespace: namespaces.ingress, workload: services.traefik }, { namespace }], ports: [] },
    { peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: [] },
  ],
  egress: [
    { peers: [{ namespace }], ports: [] },
    { peers: [{ namespace: namespaces.database }], ports: [ports.postgres] },
    { peers: [{ namespace: namespaces.storage }], ports: [ports.garageS3, ports.rustfsS3] },
    { peers: [{ namespace: namespaces.messaging }], ports: [ports.kafka] },
    { peers: [{ namespace: namespaces.observability }], ports: [ports.otlpGrpc, ports.otlpHttp] },
  ],
});

export interface RouteNamespaceArgs {
  readonly gateway: AdmittingGateway;
  readonly mesh?: Mesh;
  /** What the stack file asks of the mesh, for this namespace among others. */
  readonly meshServices?: MeshConfig["services"];
}

/** The flows of its pods with those of the mesh beside them: not every pod of others takes part. */
const guestFlows = (namespace: string, mesh: Mesh | undefined): Flows => {
  const flows = routeNamespaceFlows(namespace);
  const tunnels = tunnelFlows(namespace, flows, mesh);
  return {
    ingress: [...(flows.ingress ?? []), ...(tunnels.ingress ?? []), ...(mesh ? keyFlows(namespace, mesh.issuers) : [])],
    egress: [...(flows.egress ?? []), ...(tunnels.egress ?? [])],
  };
};

/** Named like its namespace. */
export class RouteNamespace extends Component {
  /** Waits for the namespace. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: RouteNamespaceArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "RouteNamespace", name, options);
    const child = { parent: this };
    const { mesh } = args;
    const namespace = createNamespace(name, { name, labels: namespaceLabels(name, mesh) }, child);
    allowNamespaceFlows(`${name}-guests`, { namespace, policy: "guests", flows: guestFlows(name, mesh) }, child);
    admitGateway(name, { namespace, gateway: args.gateway }, child);
    if (mesh) createGuests(name, { namespace, mesh, services: args.meshServices ?? {} }, child);
    this.namespace = namespace;
    this.registerOutputs({});
  }
}
