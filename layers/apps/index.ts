// Layer 4: the applications of the stack file.
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import type { ClusterHandle, Gateway, Mesh } from "../../lib/handles.ts";
import { namespaces } from "../../names.ts";
import { App, type AppPlatform } from "./app.ts";
import { calledApps } from "./flows.ts";
import { AppSpace } from "./space.ts";

export interface AppsArgs extends Omit<AppPlatform, "images"> {
  readonly cluster: ClusterHandle;
  /** Of createAppSpace; left out where there are no apps. */
  readonly space?: AppSpace;
  readonly config: Readonly<Record<string, AppConfig>>;
}

/** Namespaces with Ingress objects of apps: what the gateway has to watch. */
export const appNamespaces = (config: Readonly<Record<string, AppConfig>>): string[] =>
  Object.keys(config).length > 0 ? [namespaces.apps] : [];

/** Namespaces with apps that ask the mesh for more than mTLS: there a waypoint is needed, for all apps of the namespace. */
export const appWaypoints = (config: Readonly<Record<string, AppConfig>>): string[] =>
  Object.values(config).some(({ mesh }) => mesh !== undefined) ? [namespaces.apps] : [];

/** Buckets that the apps name, for whoever constructs the object store. */
export const appBuckets = (config: Readonly<Record<string, AppConfig>>): string[] =>
  [...new Set(Object.values(config).flatMap(({ bucket }) => (bucket === undefined ? [] : [bucket])))].sort();

/** App name to the names of the apps that call it. */
const callersOf = (config: Readonly<Record<string, AppConfig>>, app: string): string[] =>
  Object.entries(config).flatMap(([name, other]) => (calledApps(other).includes(app) ? [name] : []));

/** The namespace of the apps, before them: the platform brings Secrets into it. Undefined where there are no apps. */
export const createAppSpace = (
  config: Readonly<Record<string, AppConfig>>,
  network: { readonly gateway: Gateway; readonly mesh?: Mesh | undefined },
  options?: pulumi.ComponentResourceOptions,
): AppSpace | undefined =>
  appNamespaces(config).length > 0
    ? new AppSpace("apps", { gateway: network.gateway, ...(network.mesh && { mesh: network.mesh }) }, options)
    : undefined;

/** @returns route name to URL; empty where the gateway has no address on the user's machine. */
export const createApps = (args: AppsArgs, options?: pulumi.ComponentResourceOptions): Record<string, string> => {
  const { cluster, config, space, ...platform } = args;
  if (space === undefined) return {};
  const { namespace } = space;
  const urls: Record<string, string> = {};
  for (const [name, app] of Object.entries(config)) {
    const { urls: own } = new App(
      name,
      { config: app, platform: { ...platform, images: cluster.images }, namespace, callers: callersOf(config, name) },
      options,
    );
    Object.assign(urls, own);
  }
  return urls;
};
