// Cilium's gateway: Envoy on the node that a local cluster's ports lead to, configured by Gateway API objects.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import type {
  AdmissionObject,
  Certificates,
  ClusterHandle,
  Gateway,
  GatewayApi,
  PodNetwork,
} from "../../lib/handles.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { workloadLabels } from "../../lib/workload.ts";
import { gatewayCertificate, gatewayClass, gatewayObject, namespaces, nodePorts } from "../../names.ts";
import { createGatewayCertificate } from "./certificates/gateway-certificate.ts";
import { listeners } from "./listeners.ts";

/** In a NetworkPolicy there is no name for Envoy, which is a pod of nobody's. */
export const envoyPolicy = { endpointSelector: {}, ingress: [{ fromEntities: ["ingress"] }] };

export interface CiliumGatewayArgs {
  readonly cluster: ClusterHandle;
  readonly gatewayApi: GatewayApi;
  /** Cilium: it makes the definitions of its policies itself, at its first start. */
  readonly podNetwork: PodNetwork;
  /** Namespaces whose routes may name the Gateway. */
  readonly served: readonly string[];
  /** Given where the port for TLS has a certificate. */
  readonly certificates?: Certificates;
  /** Of the routes. */
  readonly hosts: readonly string[];
}

const gatewayName = gatewayObject.cilium;

export class CiliumGateway extends Component {
  readonly gateway: Gateway;

  constructor(name: string, args: CiliumGatewayArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "CiliumGateway", name, options);
    const child = { parent: this };
    const { cluster, gatewayApi, certificates, hosts } = args;
    const namespace = createNamespace(name, { name: namespaces.ingress }, child);
    const object = new CustomResource(
      name,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "Gateway",
        metadata: {
          name: gatewayName,
          namespace: pulumi.all([namespace, gatewayApi.ready]).apply(([known]) => known),
          labels: workloadLabels(gatewayName),
        },
        spec: {
          // The chart makes the class.
          gatewayClassName: gatewayClass.cilium,
          // Envoy listens on the node itself, on the port that is the user's on a local cluster.
          listeners: listeners({
            web: nodePorts.traefikWeb,
            served: [namespaces.ingress, ...args.served],
            ...(certificates && { tls: { port: nodePorts.traefikWebsecure, secret: gatewayCertificate } }),
          }),
        },
      },
      child,
    );
    if (certificates)
      createGatewayCertificate(`${name}-certificate`, { certificates, namespace, hosts, local: cluster.local }, child);
    const policy: AdmissionObject = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      name: "envoy",
      spec: envoyPolicy,
      ready: args.podNetwork.ready,
    };
    const url = cluster.local && !cluster.simulated ? `http://localhost:${nodePorts.traefikWeb}` : undefined;
    this.gateway = {
      api: "gateway",
      url,
      namespace: namespaces.ingress,
      parent: object.metadata.apply((metadata) => metadata.name ?? gatewayName),
      reader: undefined,
      // On simulated nodes Cilium never starts, so nobody makes the definition of its policies.
      admission: cluster.simulated ? [] : [policy],
      middlewareFilters: () => [],
    };
    this.registerOutputs({ url });
  }
}
