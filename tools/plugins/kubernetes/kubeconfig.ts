// A kubeconfig, as content or as path: its active cluster, and whether this plugin may use it.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { at, type Properties, stringAt } from "../rpc/values.ts";

export interface Selection {
  /** Content or path; left out: $KUBECONFIG or ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
}

/** The provider's arguments that choose a cluster. */
export const selectionOf = (inputs: Properties): Selection => {
  const given = at(inputs, "kubeconfig");
  const kubeconfig = typeof given === "string" || given === undefined || given === null ? given : JSON.stringify(given);
  const [context, cluster] = [stringAt(inputs, "context"), stringAt(inputs, "cluster")];
  return {
    ...(kubeconfig && { kubeconfig }),
    ...(context && { context }),
    ...(cluster && { cluster }),
  };
};

/** Throws if there is none, if it cannot be parsed or if it lacks the chosen context. */
export const loadKubeconfig = ({ kubeconfig, context, cluster }: Selection): KubeConfig => {
  const config = new KubeConfig();
  if (kubeconfig === undefined) {
    config.loadFromDefault();
  } else {
    const path = kubeconfig.startsWith("~") ? join(homedir(), kubeconfig.slice(1)) : kubeconfig;
    if (!kubeconfig.includes("\n") && existsSync(path)) config.loadFromFile(path);
    else config.loadFromString(kubeconfig);
  }
  if (context !== undefined) config.setCurrentContext(context);
  const active = config.getContextObject(config.getCurrentContext());
  if (!active) throw new Error(`the kubeconfig has no context "${config.getCurrentContext()}"`);
  if (cluster !== undefined) {
    config.contexts = config.contexts.map((entry) => (entry === active ? { ...entry, cluster } : entry));
  }
  if (!config.getCurrentCluster()) throw new Error(`the kubeconfig has no cluster "${active.cluster}"`);
  return config;
};

/** Identity of the chosen cluster as far as a kubeconfig tells: its server and CA. Undefined if it cannot be told. */
export const activeCluster = (selection: Selection): string | undefined => {
  if (selection.kubeconfig === undefined) return undefined;
  try {
    const cluster = loadKubeconfig(selection).getCurrentCluster();
    return cluster ? JSON.stringify({ ...cluster, name: "" }) : undefined;
  } catch {
    return undefined;
  }
};

/** Why the plugin refuses a cluster, or undefined. EKS is production: it gets the official plugin or none. */
export const refusal = (config: KubeConfig): string | undefined => {
  const server = config.getCurrentCluster()?.server ?? "";
  const exec = config.getCurrentUser()?.exec as { command?: string } | undefined;
  const command = exec?.command?.split("/").at(-1) ?? "";
  const why = /\.eks\.amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(server)
    ? `the server ${server} is an EKS endpoint`
    : /^(aws|aws-iam-authenticator)(\.exe)?$/.test(command)
      ? `its user logs in through ${command}`
      : undefined;
  return why === undefined
    ? undefined
    : `the offline kubernetes plugin does not serve EKS clusters, and ${why}: ` +
        "install the official plugin (pulumi plugin install resource kubernetes)";
};
