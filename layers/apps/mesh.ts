// An app in the mesh: an identity of its own, who may call it, and what the stack file asks for it.
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import type { Gateway, Mesh } from "../../lib/handles.ts";
import { authPolicies, callerPolicies, servesKeys } from "../../lib/mesh/authorization.ts";
import { principal } from "../../lib/mesh/membership.ts";
import { createMeshObjects } from "../../lib/mesh/objects.ts";
import { trafficObjects } from "../../lib/mesh/traffic.ts";
import { metadata } from "../../lib/workload.ts";
import { namespaces } from "../../names.ts";

/** Certificates are made out to ServiceAccounts: with the namespace's default one, all apps would be the same caller. */
export const createAppIdentity = (
  name: string,
  namespace: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  new ServiceAccount(name, { metadata: metadata(name, namespace), automountServiceAccountToken: false }, options)
    .metadata.name;

/** The gateway would call pods by their own addresses, and no waypoint stands before those. */
export const meshServiceAnnotations = (api: Gateway["api"]): Readonly<Record<string, string>> =>
  api === "gateway"
    ? { "traefik.io/service.nativelb": "true" }
    : { "traefik.ingress.kubernetes.io/service.nativelb": "true" };

/** A waypoint takes a port named http for HTTP/1.1, which no gRPC survives. */
export const meshPort = (config: Pick<AppConfig, "routes">): { readonly appProtocol?: string } =>
  config.routes.some(({ protocol }) => protocol === "h2c") ? { appProtocol: "kubernetes.io/h2c" } : {};

export interface AppPolicyArgs {
  readonly config: AppConfig;
  readonly namespace: pulumi.Input<string>;
  readonly mesh: Mesh;
  readonly gateway: Pick<Gateway, "namespace" | "reader">;
  /** Apps that name this one under `egress`. */
  readonly callers: readonly string[];
}

/** Identities that may call an app: the apps that say so, and the gateway where it has routes. */
const identities = ({ config, gateway, callers }: AppPolicyArgs): string[] => [
  // A gateway without an account is no part of the mesh: config/gateway-check.ts refuses the pair.
  ...(config.routes.length > 0 && gateway.reader ? [principal(gateway.namespace, gateway.reader.serviceAccount)] : []),
  ...callers.map((caller) => principal(namespaces.apps, caller)),
];

/** Ports that somebody outside the mesh reads: Prometheus its metrics, istiod the keys of tokens. */
const clearPorts = ({ port, metrics }: AppConfig, keys: boolean): number[] => [
  ...new Set([...(metrics ? [metrics.port] : []), ...(keys ? [port] : [])]),
];

export const createAppPolicies = (name: string, args: AppPolicyArgs, options: pulumi.CustomResourceOptions): void => {
  const { config, mesh, namespace } = args;
  const waypoint = mesh.waypoints.includes(namespaces.apps);
  createMeshObjects(
    [
      ...callerPolicies({
        service: name,
        namespace: namespaces.apps,
        callers: identities(args),
        port: config.port,
        clearPorts: clearPorts(config, servesKeys(mesh.issuers, name, namespaces.apps)),
        waypoint,
      }),
      ...authPolicies(name, config.mesh?.auth, mesh.issuers),
      ...trafficObjects({ service: name, namespace: namespaces.apps, port: config.port, config: config.mesh ?? {} }),
    ],
    { workload: name, namespace, mesh },
    options,
  );
};
