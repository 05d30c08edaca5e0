// The edge: the gateway's listener for TLS before the platform's pages, each under a host of its own.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import { admitGateway } from "../../lib/gateway-admission.ts";
import type { ClusterHandle, Edge, EdgeHosts, EdgePage, Gateway } from "../../lib/handles.ts";
import { httpRouteApi, httpRouteSpec } from "../../lib/http-route.ts";
import { metadata } from "../../lib/workload.ts";
import { nodePorts } from "../../names.ts";
import { edgeBackends } from "./edge-backends.ts";
import { listenerNames } from "./listeners.ts";

/** Undefined where the stack has no edge. */
export const edgeOf = (
  gateway: Gateway,
  cluster: Pick<ClusterHandle, "nodePorts">,
  hosts: EdgeHosts | undefined,
): Edge | undefined => {
  if (hosts === undefined) return undefined;
  if (gateway.api !== "gateway") throw new Error("the configuration has an edge and no gateway for it");
  return {
    gateway,
    listener: listenerNames.tls,
    port: cluster.nodePorts ? nodePorts.traefikWebsecure : 443,
    host: (page) => hosts[page],
  };
};

export interface EdgeRoutesArgs {
  readonly edge: Edge;
  /** Page to its namespace; an Output waits for it. */
  readonly pages: Readonly<Partial<Record<EdgePage, pulumi.Input<string>>>>;
}

/** Whoever comes by plain HTTP is sent to TLS, whatever else is served there. */
export const redirectSpec = (args: {
  readonly hosts: readonly string[];
  readonly parent: pulumi.Input<string>;
  readonly port: number;
}): Record<string, unknown> => ({
  parentRefs: [{ name: args.parent, sectionName: listenerNames.plain }],
  hostnames: args.hosts,
  rules: [
    {
      matches: [{ path: { type: "PathPrefix", value: "/" } }],
      filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", port: args.port, statusCode: 302 } }],
    },
  ],
});

class EdgeRoutes extends Component {
  constructor(name: string, { edge, pages }: EdgeRoutesArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "EdgeRoutes", name, options);
    const child = { parent: this };
    const { gateway } = edge;
    const admitted = new Set<string>();
    for (const [page, namespace] of Object.entries(pages) as [EdgePage, pulumi.Input<string>][]) {
      const host = edge.host(page);
      if (host === undefined) continue;
      const backend = edgeBackends[page];
      // Its middlewares are for routes of apps.
      if (!admitted.has(backend.namespace))
        admitGateway(`${name}-${backend.namespace}`, { namespace, gateway: { ...gateway, admission: [] } }, child);
      admitted.add(backend.namespace);
      if (backend.servicePort === undefined) continue;
      const spec = httpRouteSpec({
        route: { host, path: "/" },
        parent: gateway.parent,
        listener: edge.listener,
        gatewayNamespace: gateway.namespace,
        filters: [],
        service: backend.workload,
        port: backend.servicePort,
      });
      new CustomResource(
        `${name}-${page}`,
        {
          ...httpRouteApi,
          metadata: metadata(`edge-${backend.workload}`, namespace, { workload: backend.workload }),
          spec,
        },
        child,
      );
    }
    const hosts = Object.keys(edgeBackends).flatMap((page) => edge.host(page as EdgePage) ?? []);
    new CustomResource(
      `${name}-to-tls`,
      {
        ...httpRouteApi,
        metadata: metadata("edge-to-tls", gateway.namespace),
        spec: redirectSpec({ hosts: hosts.sort(), parent: gateway.parent, port: edge.port }),
      },
      child,
    );
    this.registerOutputs({});
  }
}

/** To be called when the pages' namespaces are known. */
export const createEdgeRoutes = (name: string, args: EdgeRoutesArgs, options?: pulumi.ComponentResourceOptions): void =>
  void new EdgeRoutes(name, args, options);
