// An app's routes as data: one object each, because priority and middlewares are properties of the whole object.
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import type { Gateway, IngressGateway } from "../../lib/handles.ts";
import { h2cProtocol } from "../../lib/http-route.ts";

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
 * Names of the routes' objects, in their order: the app's name, then a dot and the path unless it is `/` on any host.
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
  gateway: Pick<IngressGateway, "middlewareAnnotation">,
): Record<string, string> => ({
  ...(route.middlewares.length > 0 && {
    "traefik.ingress.kubernetes.io/router.middlewares": gateway.middlewareAnnotation(route.middlewares),
  }),
  ...(route.priority !== undefined && { "traefik.ingress.kubernetes.io/router.priority": String(route.priority) }),
});

/** Annotations of the app's Service: how the gateway speaks to its pods. An app has one port, so its routes share one protocol. */
export const serviceAnnotations = (routes: readonly Route[], api: Gateway["api"]): Record<string, string> =>
  api === "ingress" && routes.some(({ protocol }) => protocol === "h2c")
    ? { "traefik.ingress.kubernetes.io/service.serversscheme": "h2c" }
    : {};

/** The same for the Gateway API, where it is a field of the Service's port. */
export const appProtocol = (routes: readonly Route[], api: Gateway["api"]): { readonly appProtocol?: string } =>
  api === "gateway" && routes.some(({ protocol }) => protocol === "h2c") ? { appProtocol: h2cProtocol } : {};

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
