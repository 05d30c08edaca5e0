// Layer 2: the pod network, the gateway, and the tunnel where it has credentials.
import * as pulumi from "@pulumi/pulumi";
import type { NetworkConfig } from "../../config/schema.ts";
import type {
  ClusterHandle,
  Edge,
  EdgeHosts,
  Gateway,
  GatewayApi,
  Mesh,
  PodNetwork,
  TelemetryHandle,
} from "../../lib/handles.ts";
import { CertManager } from "./certificates/index.ts";
import { Cloudflared } from "./cloudflared.ts";
import { createCni } from "./cni/index.ts";
import { createDns } from "./dns.ts";
import { edgeOf } from "./edge.ts";
import { edgeBackends, pagesOf } from "./edge-backends.ts";
import { createExtraRoutes } from "./extra-routes.ts";
import { createGateway } from "./gateway.ts";
import { GatewayApiDefinitions } from "./gateway-api.ts";
import { createLoadBalancers } from "./load-balancers/index.ts";
import { createMesh, meshMembers } from "./mesh/index.ts";
import { RouteNamespace, routeNamespaces } from "./route-namespace.ts";

export interface NetworkArgs {
  readonly cluster: ClusterHandle;
  readonly config: NetworkConfig;
  /** Where the gateway sends its traces: plain addresses, known before anything exists. Left out: it sends none. */
  readonly telemetry?: TelemetryHandle;
  /**
   * Namespaces of other layers whose Ingress objects are served. Whoever makes one also binds the gateway's role there
   * (lib/gateway-reader.ts); Traefik serves no Ingress at all until it may read every one of them.
   */
  readonly ingressNamespaces: readonly string[];
  /** Those of them whose apps ask the mesh for more than mTLS. */
  readonly waypointNamespaces: readonly string[];
  /** That the routes name, of other layers too. */
  readonly hosts: readonly string[];
  /** Left out: there is no edge. */
  readonly edge?: {
    readonly hosts: EdgeHosts;
    /** Hosts that the certificate is for: those of the routes among them. */
    readonly certified: readonly string[];
    /** Hosts to keep records of: those of the routes among them. */
    readonly recorded: readonly string[];
  };
  /** Secret: of the zone's provider. */
  readonly dnsCredentials?: pulumi.Output<string>;
  /** Secret: the tunnel's credentials file. Left out: no tunnel. */
  readonly tunnelCredentials?: pulumi.Output<string>;
}

export interface Network {
  readonly gateway: Gateway;
  /** Undefined where the stack has none. */
  readonly edge: Edge | undefined;
  /** Of the gateway: by its own host, or by its load balancer's name. Undefined where it has neither. */
  readonly url: pulumi.Input<string> | undefined;
  readonly podNetwork: PodNetwork;
  /** Undefined where nobody in the stack uses it. */
  readonly gatewayApi: GatewayApi | undefined;
  /** Undefined where the stack has none. */
  readonly mesh: Mesh | undefined;
  /** Name of a page of the network's to its URL on the user's machine. */
  readonly urls: Readonly<Record<string, string>>;
}

export const createNetwork = (args: NetworkArgs): Network => {
  const { cluster, config } = args;
  const version = config.gatewayApi?.version;
  const gatewayApi =
    version && new GatewayApiDefinitions("gateway-api", { cluster, version }, cluster.early ?? cluster.options);
  const { urls, ...podNetwork } = createCni(cluster, config, gatewayApi);
  // Somebody else's cluster keeps its own namespaces; the routes there need none of ours.
  const made = cluster.local ? routeNamespaces(config.ingress.routes) : [];
  const members = meshMembers(config.mesh, {
    apps: args.ingressNamespaces,
    made,
    waypoints: args.waypointNamespaces,
  });
  const mesh =
    config.mesh && members && gatewayApi
      ? createMesh({
          cluster,
          config: config.mesh,
          gatewayApi,
          ...members,
          ...(args.telemetry && { telemetry: args.telemetry }),
        })
      : undefined;
  const served = [...args.ingressNamespaces, ...made];
  const loadBalancers = createLoadBalancers(cluster, podNetwork);
  const loadBalancerCertificate =
    config.certificates?.kind === "acm"
      ? cluster.aws?.certificate("gateway", { hosts: args.hosts, zoneId: config.certificates.zoneId })
      : undefined;
  const certificates =
    config.certificates?.kind === "cert-manager" &&
    new CertManager(
      "certificates",
      {
        cluster,
        config: config.certificates,
        network: config,
        ...(gatewayApi && { gatewayApi }),
        ...(args.dnsCredentials && { dnsCredentials: args.dnsCredentials }),
      },
      cluster.options,
    );
  const gateway = createGateway({
    ...args,
    podNetwork,
    served,
    certified: args.edge?.certified ?? args.hosts,
    ...(args.edge && { pages: pagesOf(args.edge.hosts).map((page) => edgeBackends[page]) }),
    ...(loadBalancers && { loadBalancers }),
    ...(loadBalancerCertificate && { loadBalancerCertificate }),
    ...(gatewayApi && { gatewayApi }),
    ...(certificates && { certificates }),
    ...(members && { mesh: members }),
  });
  const spaces = made.map((name) => {
    const space = new RouteNamespace(
      name,
      { gateway, ...(mesh && { mesh, meshServices: config.mesh?.services ?? {} }) },
      cluster.options,
    );
    return [name, space.namespace] as const;
  });
  // Traefik has them in its own file.
  if (gateway.api === "gateway" && config.ingress.kind === "cilium")
    createExtraRoutes(
      "extra-routes",
      { gateway, routes: config.ingress.routes, namespaces: Object.fromEntries(spaces) },
      cluster.options,
    );

  if (config.dns)
    createDns(
      {
        cluster,
        config: config.dns,
        hosts: args.edge?.recorded ?? args.hosts,
        ...(args.dnsCredentials && { credentials: args.dnsCredentials }),
        ...(gateway.address && { address: gateway.address }),
      },
      cluster.options,
    );

  if (config.tunnel && args.tunnelCredentials)
    new Cloudflared(
      "cloudflared",
      { cluster, config: config.tunnel, credentials: args.tunnelCredentials },
      cluster.options,
    );
  else if (config.tunnel)
    void pulumi.log.warn(
      "network.tunnel is set but the secret strata:tunnelCredentials is not, so there is no tunnel. " +
        "Set it with: pulumi config set --secret tunnelCredentials < ~/.cloudflared/<tunnel id>.json",
    );
  const url = gateway.url ?? (gateway.address && pulumi.interpolate`http://${gateway.address}`);
  const edge = edgeOf(gateway, cluster, args.edge?.hosts);
  return { gateway, edge, url, podNetwork, gatewayApi, mesh, urls };
};
