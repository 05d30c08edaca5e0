// Listeners of a Gateway object. Pure.
export interface ListenerArgs {
  /** Port of plain HTTP. */
  readonly web: number;
  /** Port of HTTP over TLS, and the Secret with its certificate; without one a load balancer has ended TLS. Left out: none. */
  readonly tls?: { readonly port: number; readonly secret?: string };
  /** Namespaces whose routes may use them. */
  readonly served: readonly string[];
}

export const listeners = ({ web, tls, served }: ListenerArgs): readonly Record<string, unknown>[] => {
  const allowedRoutes = {
    kinds: [{ kind: "HTTPRoute" }],
    namespaces: {
      from: "Selector",
      selector: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...new Set(served)].sort() }],
      },
    },
  };
  return [
    { name: "web", protocol: "HTTP", port: web, allowedRoutes },
    ...(tls
      ? [
          {
            name: "websecure",
            protocol: tls.secret === undefined ? "HTTP" : "HTTPS",
            port: tls.port,
            ...(tls.secret !== undefined && { tls: { mode: "Terminate", certificateRefs: [{ name: tls.secret }] } }),
            allowedRoutes,
          },
        ]
      : []),
  ];
};
