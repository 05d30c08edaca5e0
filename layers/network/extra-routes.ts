// Extra routes as HTTPRoutes, in the namespaces of the Services that they lead to.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { IngressConfig } from "../../config/schema.ts";
import { Component } from "../../lib/component.ts";
import type { HttpRouteGateway } from "../../lib/handles.ts";
import { httpRouteApi, httpRouteSpec } from "../../lib/http-route.ts";
import { metadata } from "../../lib/workload.ts";

export interface ExtraRoutesArgs {
  readonly gateway: HttpRouteGateway;
  readonly routes: IngressConfig["routes"];
  /** Those that are made here, each waiting for its namespace. */
  readonly namespaces: Readonly<Record<string, pulumi.Output<string>>>;
}

class ExtraRoutes extends Component {
  constructor(
    name: string,
    { gateway, routes, namespaces }: ExtraRoutesArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("network", "ExtraRoutes", name, options);
    for (const [route, config] of Object.entries(routes)) {
      const spec = httpRouteSpec({
        route: config,
        parent: gateway.parent,
        gatewayNamespace: gateway.namespace,
        filters: gateway.middlewareFilters(config.middlewares),
        service: config.service,
        port: config.port,
      });
      const namespace = namespaces[config.namespace] ?? config.namespace;
      new CustomResource(
        `${name}-${route}`,
        { ...httpRouteApi, metadata: metadata(route, namespace), spec },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

export const createExtraRoutes = (
  name: string,
  args: ExtraRoutesArgs,
  options?: pulumi.ComponentResourceOptions,
): void => {
  if (Object.keys(args.routes).length > 0) new ExtraRoutes(name, args, options);
};
