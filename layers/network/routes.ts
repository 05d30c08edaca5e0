// Routers and services of Traefik's file provider: the stack file's extra routes and the dashboard.
import type { NetworkConfig } from "../../config/schema.ts";
import { host } from "../../names.ts";
import { middlewareReference } from "./middlewares.ts";

type ExtraRoute = NetworkConfig["ingress"]["routes"][string];

export interface Router {
  readonly rule: string;
  readonly service: string;
  /** Default: web and websecure; the latter answers TLS only. */
  readonly entryPoints?: readonly string[];
  readonly middlewares?: readonly string[];
  readonly priority?: number;
}

export interface Service {
  readonly loadBalancer: { readonly servers: readonly { readonly url: string }[] };
}

const hostRule = (name: string): string =>
  name.startsWith("*.")
    ? `HostRegexp(\`^[a-zA-Z0-9-]+\\.${name.slice(2).replaceAll(".", "\\.")}$\`)`
    : `Host(\`${name}\`)`;

/** Whole segments: /auth matches /auth and /auth/login, not /author, as the Prefix of a Kubernetes Ingress does. */
const pathRule = (path: string): string => {
  const bare = path.replace(/\/+$/, "");
  return bare === "" ? "PathPrefix(`/`)" : `(Path(\`${bare}\`) || PathPrefix(\`${bare}/\`))`;
};

/** Rule of a route, in the syntax of Traefik v3. Of two rules that match, Traefik takes the longer one. */
export const routeRule = (route: { readonly host?: string; readonly path: string }): string =>
  [...(route.host === undefined ? [] : [hostRule(route.host)]), pathRule(route.path)].join(" && ");

const url = (route: ExtraRoute): string => `${route.protocol}://${host(route.service, route.namespace)}:${route.port}`;

/**
 * Routers and services of the extra routes.
 *
 * The service is named by its address, so it need not exist yet, and h2c needs no annotation on a Service of somebody else.
 */
export const extraRoutes = (
  routes: NetworkConfig["ingress"]["routes"],
): { routers: Record<string, Router>; services: Record<string, Service> } => {
  const routers: Record<string, Router> = {};
  const services: Record<string, Service> = {};
  for (const [name, route] of Object.entries(routes)) {
    routers[name] = {
      rule: routeRule(route),
      service: name,
      ...(route.middlewares.length > 0 && { middlewares: route.middlewares.map(middlewareReference) }),
      ...(route.priority !== undefined && { priority: route.priority }),
    };
    services[name] = { loadBalancer: { servers: [{ url: url(route) }] } };
  }
  return { routers, services };
};

/**
 * The dashboard, for a browser on the cluster's own machine only: a tunnel hands over its public host name, which does not match.
 *
 * Its priority lies between a route for `/` (15 characters, so 15) and every longer one (32 and more), which keeps an app's
 * own /api working.
 */
export const dashboardRouter: Router = {
  rule: "(Host(`localhost`) || Host(`127.0.0.1`)) && (Path(`/dashboard`) || PathPrefix(`/dashboard/`) || PathPrefix(`/api/`))",
  service: "api@internal",
  entryPoints: ["web"],
  priority: 20,
};
