// Layer 4: the applications of the stack file.
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import type { ClusterHandle } from "../../lib/handles.ts";
import { namespaces } from "../../names.ts";
import { App, type AppPlatform } from "./app.ts";
import { calledApps } from "./flows.ts";
import { AppSpace } from "./space.ts";

export interface AppsArgs extends Omit<AppPlatform, "images"> {
  readonly cluster: ClusterHandle;
  readonly config: Readonly<Record<string, AppConfig>>;
}

/** Namespaces with Ingress objects of apps: what the gateway has to watch. */
export const appNamespaces = (config: Readonly<Record<string, AppConfig>>): string[] =>
  Object.keys(config).length > 0 ? [namespaces.apps] : [];

/** Buckets that the apps name, for whoever constructs the object store. */
export const appBuckets = (config: Readonly<Record<string, AppConfig>>): string[] =>
  [...new Set(Object.values(config).flatMap(({ bucket }) => (bucket === undefined ? [] : [bucket])))].sort();

/** App name to the names of the apps that call it. */
const callersOf = (config: Readonly<Record<string, AppConfig>>, app: string): string[] =>
  Object.entries(config).flatMap(([name, other]) => (calledApps(other).includes(app) ? [name] : []));

/** @returns route name to URL; empty where the gateway has no address on the user's machine. */
export const createApps = (args: AppsArgs, options?: pulumi.ComponentResourceOptions): Record<string, string> => {
  const { cluster, config, ...platform } = args;
  if (appNamespaces(config).length === 0) return {};
  const { namespace } = new AppSpace("apps", { gateway: args.gateway }, options);
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
