// Who may call a service of the mesh, as Istio's policies. Pure.
// One ALLOW for each service and everything else as DENY: ALLOW policies add up, so a second one can only widen the first.
import type { AppMeshConfig, MeshConfig } from "../../config/schema.ts";
import { namespaces, services } from "../../names.ts";
import { principal, waypointPrincipal } from "./membership.ts";

export interface PolicyObject {
  readonly kind: "AuthorizationPolicy" | "RequestAuthentication";
  readonly name: string;
  readonly spec: Record<string, unknown>;
}

type Auth = NonNullable<AppMeshConfig["auth"]>;
type Issuers = MeshConfig["issuers"];

const serviceRef = (name: string) => [{ group: "", kind: "Service", name }];

/** A prefix by whole segments: Istio's own /admin/* does not match /admin. */
const segments = (path: string): string[] => {
  const bare = path.replace(/\/+$/, "");
  return bare === "" ? ["/*"] : [bare, `${bare}/*`];
};

const trustedPrincipal = (caller: string): string => {
  const [kind = "", name = ""] = caller.split(":");
  return kind === "app" ? principal(namespaces.apps, name) : principal(name, "*");
};

const issuersOf = (auth: Auth, issuers: Issuers) =>
  auth.issuers.flatMap((name) => {
    const issuer = issuers[name];
    return issuer ? [issuer] : [];
  });

/** Tokens are checked where somebody asks for them. A request without one passes here: the policies judge that. */
const requestAuthentication = (service: string, auth: Auth, issuers: Issuers): PolicyObject => ({
  kind: "RequestAuthentication",
  name: service,
  spec: {
    targetRefs: serviceRef(service),
    jwtRules: issuersOf(auth, issuers).map(({ issuer, jwksUri, audiences }) => ({
      issuer,
      jwksUri,
      ...(audiences.length > 0 && { audiences }),
      forwardOriginalToken: true,
    })),
  },
});

const tokenPolicy = (service: string, auth: Auth, issuers: Issuers): PolicyObject => ({
  kind: "AuthorizationPolicy",
  name: `${service}-token`,
  spec: {
    targetRefs: serviceRef(service),
    action: "DENY",
    rules: [
      {
        from: [
          {
            source: {
              notRequestPrincipals: issuersOf(auth, issuers).map(({ issuer }) => `${issuer}/*`),
              ...(auth.trusted.length > 0 && { notPrincipals: auth.trusted.map(trustedPrincipal) }),
            },
          },
        ],
        ...(auth.public.length > 0 && { to: [{ operation: { notPaths: auth.public.flatMap(segments) } }] }),
      },
    ],
  },
});

/** One rule for each claim: a missing claim matches notValues too, and any rule that matches denies. */
const claimsPolicy = (service: string, auth: Auth): PolicyObject[] =>
  auth.rules.length === 0
    ? []
    : [
        {
          kind: "AuthorizationPolicy",
          name: `${service}-claims`,
          spec: {
            targetRefs: serviceRef(service),
            action: "DENY",
            rules: auth.rules.flatMap(({ paths, claims }) =>
              Object.entries(claims).map(([claim, notValues]) => ({
                to: [{ operation: { paths: paths.flatMap(segments) } }],
                when: [{ key: `request.auth.claims[${claim}]`, notValues }],
              })),
            ),
          },
        },
      ];

/** What a service asks about tokens; enforced by its waypoint. */
export const authPolicies = (service: string, auth: Auth | undefined, issuers: Issuers): PolicyObject[] =>
  auth === undefined
    ? []
    : [
        requestAuthentication(service, auth, issuers),
        tokenPolicy(service, auth, issuers),
        ...claimsPolicy(service, auth),
      ];

export interface CallerArgs {
  readonly service: string;
  readonly namespace: string;
  /** Identities that may call it. None: nobody may. */
  readonly callers: readonly string[];
  /** Where the service listens. */
  readonly port: number;
  /** Ports that callers outside the mesh reach in the clear; which callers, its NetworkPolicy says. */
  readonly clearPorts: readonly number[];
  /** Its requests come through the namespace's waypoint. */
  readonly waypoint: boolean;
}

const from = (principals: readonly string[]) => [{ source: { principals } }];
const to = (...listening: readonly number[]) => [{ operation: { ports: listening.map(String) } }];

/**
 * Who may call an app of ours. Its pods take connections from the waypoint only, and the waypoint knows the callers; without a
 * waypoint the pods know them. The first is for ztunnel, which judges connections and no requests.
 */
export const callerPolicies = (args: CallerArgs): PolicyObject[] => {
  const nearest = args.waypoint ? [waypointPrincipal(args.namespace)] : args.callers;
  const transport: PolicyObject = {
    kind: "AuthorizationPolicy",
    name: `${args.service}-transport`,
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/name": args.service } },
      action: "ALLOW",
      rules: [
        ...(nearest.length > 0 ? [{ from: from(nearest), to: to(args.port) }] : []),
        ...(args.clearPorts.length > 0
          ? [{ from: [{ source: { notPrincipals: ["*"] } }], to: to(...args.clearPorts) }]
          : []),
      ],
    },
  };
  if (!args.waypoint) return [transport];
  const callers: PolicyObject = {
    kind: "AuthorizationPolicy",
    name: `${args.service}-callers`,
    spec: {
      targetRefs: serviceRef(args.service),
      action: "ALLOW",
      rules: args.callers.length > 0 ? [{ from: from(args.callers) }] : [],
    },
  };
  return [transport, callers];
};

/** Hosts of the issuers' keys: `name.namespace` of a Service in the cluster, or undefined for one outside. */
export const keyServiceOf = (jwksUri: string): { readonly service: string; readonly namespace: string } | undefined => {
  const [, service, namespace] =
    /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/.exec(new URL(jwksUri).hostname) ?? [];
  return service === undefined || namespace === undefined ? undefined : { service, namespace };
};

/** True where istiod fetches an issuer's keys from this service. */
export const servesKeys = (issuers: Issuers, service: string, namespace: string): boolean =>
  Object.values(issuers).some(({ jwksUri }) => {
    const found = keyServiceOf(jwksUri);
    return found?.service === service && found.namespace === namespace;
  });

/** istiod, as a peer of a NetworkPolicy. */
export const keyReader = { namespace: namespaces.mesh, workload: services.istiod } as const;
