// The gateway of the stack, behind one handle whatever it is.
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkConfig } from "../../config/schema.ts";
import type {
  Certificates,
  ClusterHandle,
  Gateway,
  GatewayApi,
  PodNetwork,
  TelemetryHandle,
} from "../../lib/handles.ts";
import type { MeshMembers } from "../../lib/mesh/membership.ts";
import { CiliumGateway } from "./cilium-gateway.ts";
import type { EdgeBackend } from "./edge-backends.ts";
import type { LoadBalancers } from "./load-balancers/index.ts";
import { Traefik } from "./traefik.ts";

export interface GatewayArgs {
  readonly cluster: ClusterHandle;
  readonly config: NetworkConfig;
  readonly telemetry?: TelemetryHandle;
  /** Namespaces whose routes are served. */
  readonly served: readonly string[];
  readonly gatewayApi?: GatewayApi;
  readonly podNetwork: PodNetwork;
  readonly certificates?: Certificates;
  /** Given where load balancers of the account stand before Services. */
  readonly loadBalancers?: LoadBalancers;
  /** ARN of the certificate with which the gateway's load balancer ends TLS. */
  readonly loadBalancerCertificate?: pulumi.Output<string>;
  /** Of the routes. */
  readonly hosts: readonly string[];
  /** Hosts that the certificate is for. */
  readonly certified: readonly string[];
  /** What the edge stands before. Left out: there is no edge. */
  readonly pages?: readonly EdgeBackend[];
  /** Left out: no mesh. */
  readonly mesh?: MeshMembers;
}

export const createGateway = (args: GatewayArgs): Gateway => {
  const { cluster, config, telemetry, served, gatewayApi, podNetwork, certificates, hosts, mesh } = args;
  const { ingress } = config;
  switch (ingress.kind) {
    case "traefik":
      return new Traefik(
        "traefik",
        {
          cluster,
          config: ingress,
          watched: served,
          ...(telemetry && { telemetry }),
          hosts,
          certified: args.certified,
          ...(args.pages && { pages: args.pages }),
          ...(gatewayApi && { gatewayApi }),
          ...(certificates && { certificates }),
          ...(mesh && { mesh }),
          ...(args.loadBalancers && { loadBalancers: args.loadBalancers }),
          ...(args.loadBalancerCertificate && { loadBalancerCertificate: args.loadBalancerCertificate }),
          tunnelled: Object.values(config.tunnel?.hosts ?? {}).includes("ingress"),
        },
        cluster.options,
      ).gateway;
    case "cilium": {
      if (gatewayApi === undefined) throw new Error("the configuration has no version of the Gateway API");
      return new CiliumGateway(
        "cilium-gateway",
        { cluster, gatewayApi, podNetwork, served, hosts, ...(certificates && { certificates }) },
        cluster.options,
      ).gateway;
    }
  }
};
