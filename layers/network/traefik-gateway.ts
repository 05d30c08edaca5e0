// Traefik as a Gateway of the Gateway API: class, Gateway, and the middlewares as objects that its routes can name.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { TraefikConfig } from "../../config/schema.ts";
import type { AdmissionObject, ClusterHandle, GatewayApi, HttpRouteGateway } from "../../lib/handles.ts";
import { createRelease } from "../../lib/release.ts";
import { workloadLabels } from "../../lib/workload.ts";
import { gatewayCertificate, gatewayClass, gatewayObject, ports, services } from "../../names.ts";
import { listeners } from "./listeners.ts";
import { traefikMiddleware } from "./middlewares.ts";

const middlewareKind = { group: "traefik.io", kind: "Middleware" } as const;

/** A route names a middleware of its own namespace. */
export const middlewareFilters: HttpRouteGateway["middlewareFilters"] = (names) =>
  names.map((name) => ({ type: "ExtensionRef", extensionRef: { ...middlewareKind, name } }));

/** The middlewares of the stack file, for each namespace with routes. */
export const middlewareObjects = (
  middlewares: TraefikConfig["middlewares"],
  ready: pulumi.Output<string>,
): readonly AdmissionObject[] =>
  Object.entries(middlewares).map(([name, config]) => ({
    apiVersion: "traefik.io/v1alpha1",
    kind: middlewareKind.kind,
    name,
    spec: traefikMiddleware(config),
    ready,
  }));

/** Definitions of Traefik's own objects, which is where a middleware of an HTTPRoute has to be. */
export const createTraefikDefinitions = (
  name: string,
  cluster: ClusterHandle,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  createRelease(name, { name, chart: cluster.charts.chart("traefikDefinitions"), namespace: "kube-system" }, options)
    .status.name;

export interface TraefikGatewayArgs {
  readonly namespace: pulumi.Input<string>;
  readonly gatewayApi: GatewayApi;
  /** Namespaces whose routes may name the Gateway. */
  readonly served: readonly string[];
  /** Namespaces whose routes may name its listener for TLS alone. */
  readonly servedByTls: readonly string[];
  /** What the port for TLS speaks: plain HTTP where a load balancer ends TLS. */
  readonly websecure: "https" | "http" | "none";
}

/** @returns name of the Gateway object; waits for it. */
export const createTraefikGateway = (
  name: string,
  { namespace, gatewayApi, served, servedByTls, websecure }: TraefikGatewayArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> => {
  const labels = workloadLabels(services.traefik);
  const api = "gateway.networking.k8s.io/v1";
  const gatewayClassObject = new CustomResource(
    `${name}-class`,
    {
      apiVersion: api,
      kind: "GatewayClass",
      metadata: { name: gatewayApi.ready.apply(() => gatewayClass.traefik), labels },
      spec: { controllerName: "traefik.io/gateway-controller" },
    },
    options,
  );
  const gateway = new CustomResource(
    name,
    {
      apiVersion: api,
      kind: "Gateway",
      metadata: { name: gatewayObject.traefik, namespace, labels },
      spec: {
        gatewayClassName: gatewayClassObject.metadata.name,
        // The ports are those of Traefik's entry points: that is how it finds the one of a listener.
        listeners: listeners({
          web: ports.traefikWeb,
          served,
          servedByTls,
          ...(websecure === "https" && { tls: { port: ports.traefikWebsecure, secret: gatewayCertificate } }),
          ...(websecure === "http" && { tls: { port: ports.traefikWebsecure } }),
        }),
      },
    },
    options,
  );
  return gateway.metadata.apply((metadata) => metadata.name ?? gatewayObject.traefik);
};
