// A route as an HTTPRoute of the Gateway API. Pure.
import type * as pulumi from "@pulumi/pulumi";

export interface HttpRouteArgs {
  readonly route: { readonly host?: string; readonly path: string };
  /** Name of the Gateway object. */
  readonly parent: pulumi.Input<string>;
  /** Of the Gateway. Left out: each that lets the route in. */
  readonly listener?: string;
  readonly gatewayNamespace: string;
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  readonly service: string;
  /** Of the Service. */
  readonly port: number;
}

export const httpRouteApi = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" } as const;

/** Prefixes match whole segments there, and of two that match the longer one wins. */
export const httpRouteSpec = (args: HttpRouteArgs): Record<string, unknown> => ({
  parentRefs: [
    {
      name: args.parent,
      namespace: args.gatewayNamespace,
      ...(args.listener !== undefined && { sectionName: args.listener }),
    },
  ],
  ...(args.route.host !== undefined && { hostnames: [args.route.host] }),
  rules: [
    {
      matches: [{ path: { type: "PathPrefix", value: args.route.path } }],
      ...(args.filters.length > 0 && { filters: args.filters }),
      backendRefs: [{ name: args.service, port: args.port }],
    },
  ],
});

/** How a Service says that its port speaks HTTP/2 without TLS. */
export const h2cProtocol = "kubernetes.io/h2c";
