// Listeners of a Gateway object. Pure.
export const listenerNames = { plain: "web", tls: "websecure" } as const;

export interface ListenerArgs {
  /** Port of plain HTTP. */
  readonly web: number;
  /** Port of HTTP over TLS, and the Secret with its certificate; without one a load balancer has ended TLS. Left out: none. */
  readonly tls?: { readonly port: number; readonly secret?: string };
  /** Namespaces whose routes may use them. */
  readonly served: readonly string[];
  /** Namespaces whose routes may use the port for TLS alone. Default: none. */
  readonly servedByTls?: readonly string[];
}

const allowed = (namespaces: readonly string[]) => ({
  kinds: [{ kind: "HTTPRoute" }],
  namespaces: {
    from: "Selector",
    selector: {
      matchExpressions: [
        { key: "kubernetes.io/metadata.name", operator: "In", values: [...new Set(namespaces)].sort() },
      ],
    },
  },
});

export const listeners = ({ web, tls, served, servedByTls = [] }: ListenerArgs): readonly Record<string, unknown>[] => {
  return [
    { name: listenerNames.plain, protocol: "HTTP", port: web, allowedRoutes: allowed(served) },
    ...(tls
      ? [
          {
            name: listenerNames.tls,
            protocol: tls.secret === undefined ? "HTTP" : "HTTPS",
            port: tls.port,
            ...(tls.secret !== undefined && { tls: { mode: "Terminate", certificateRefs: [{ name: tls.secret }] } }),
            allowedRoutes: allowed([...served, ...servedByTls]),
          },
        ]
      : []),
  ];
};
