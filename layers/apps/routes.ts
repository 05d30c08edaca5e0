// An app's routes as Ingress objects: one each, because priority and middlewares are properties of the whole object.
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import type { Gateway } from "../../lib/handles.ts";

type Route = AppConfig["routes"][number];

const slug = (route: Route): string =>
  [route.host, route.path]
    .join("-")
    .toLowerCase()
    .replace("*", "any")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60)
    .replace(/-$/, "");

/**
 * Names of the routes' Ingress objects, in their order: the app's name, then a dot and the path unless it is `/` on any host.
 * App names have no dot, so no two apps can come to the same name.
 */
export const routeNames = (app: string, routes: readonly Route[]): string[] => {
  const taken = new Map<string, number>();
  return routes.map((route) => {
    const suffix = slug(route);
    const name = suffix === "" ? app : `${app}.${suffix}`;
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
};

/** Annotations by which the gateway reads what an Ingress has no field for. */
export const routeAnnotations = (
  route: Route,
  gateway: Pick<Gateway, "middlewareAnnotation">,
): Record<string, string> => ({
  ...(route.middlewares.length > 0 && {
    "traefik.ingress.kubernetes.io/router.middlewares": gateway.middlewareAnnotation(route.middlewares),
  }),
  ...(route.priority !== undefined && { "traefik.ingress.kubernetes.io/router.priority": String(route.priority) }),
});

/** Annotations of the app's Service: how the gateway speaks to its pods. An app has one port, so its routes share one protocol. */
export const serviceAnnotations = (routes: readonly Route[]): Record<string, string> =>
  routes.some(({ protocol }) => protocol === "h2c")
    ? { "traefik.ingress.kubernetes.io/service.serversscheme": "h2c" }
    : {};

export const ingressSpec = (
  route: Route,
  args: { readonly ingressClass: pulumi.Input<string>; readonly service: string },
): types.input.networking.v1.IngressSpec => ({
  ingressClassName: args.ingressClass,
  rules: [
    {
      ...(route.host !== undefined && { host: route.host }),
      http: {
        paths: [
          {
            path: route.path,
            pathType: "Prefix",
            backend: { service: { name: args.service, port: { name: "http" } } },
          },
        ],
      },
    },
  ],
});

/** Where a browser finds the route, given the gateway's base URL. A wildcard host has no address of its own. */
export const routeUrl = (route: Route, base: string): string | undefined => {
  const url = new URL(route.path, base);
  if (route.host?.startsWith("*")) return undefined;
  if (route.host !== undefined) url.hostname = route.host;
  return url.href;
};
