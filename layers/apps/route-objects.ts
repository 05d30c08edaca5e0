// The objects of an app's routes: Ingress or HTTPRoute, as the gateway reads them.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Ingress } from "@pulumi/kubernetes/networking/v1/ingress.js";
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import type { Gateway } from "../../lib/handles.ts";
import { httpRouteApi, httpRouteSpec } from "../../lib/http-route.ts";
import { metadata, skipAwait } from "../../lib/workload.ts";
import { ingressSpec, routeAnnotations, routeNames, routeUrl } from "./routes.ts";

export interface RoutesArgs {
  readonly config: Pick<AppConfig, "routes" | "port">;
  readonly gateway: Gateway;
  readonly namespace: pulumi.Input<string>;
}

const createRoute = (
  name: string,
  args: RoutesArgs & { readonly app: string; readonly route: AppConfig["routes"][number] },
  options: pulumi.CustomResourceOptions,
): void => {
  const { gateway, namespace, app, route } = args;
  if (gateway.api === "ingress") {
    const annotations = { ...skipAwait, ...routeAnnotations(route, gateway) };
    new Ingress(
      name,
      {
        metadata: { ...metadata(name, namespace, { workload: app, annotations }) },
        spec: ingressSpec(route, { ingressClass: gateway.ingressClass, service: app }),
      },
      options,
    );
    return;
  }
  const spec = httpRouteSpec({
    route,
    parent: gateway.parent,
    gatewayNamespace: gateway.namespace,
    filters: gateway.middlewareFilters(route.middlewares),
    service: app,
    port: args.config.port,
  });
  new CustomResource(name, { ...httpRouteApi, metadata: metadata(name, namespace, { workload: app }), spec }, options);
};

/** @returns route name to URL; empty where the gateway has no address on the user's machine. */
export const createRoutes = (
  app: string,
  args: RoutesArgs,
  options: pulumi.CustomResourceOptions,
): Record<string, string> => {
  const { config, gateway } = args;
  const urls: Record<string, string> = {};
  const names = routeNames(app, config.routes);
  config.routes.forEach((route, index) => {
    const name = names[index] ?? app;
    createRoute(name, { ...args, app, route }, options);
    const url = gateway.url === undefined ? undefined : routeUrl(route, gateway.url);
    if (url !== undefined) urls[name] = url;
  });
  return urls;
};
