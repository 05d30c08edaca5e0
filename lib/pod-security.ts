// Which Pod Security Standard a namespace is held to. Restricted; what is more lies here with its reason, and a test fails for one that is stale.
import { namespaces } from "../names.ts";

/** Namespace to why its pods need more than the restricted standard gives. */
export const privilegedNamespaces: Readonly<Record<string, string>> = {
  [namespaces.nodeAgents]: "its pods read the nodes' files and processes (lib/node-access.ts)",
  [namespaces.mesh]: "istio-cni and ztunnel set up and enter the network of every pod on their node",
  [namespaces.calico]: "Calico's operator runs on the nodes' own network, before there is another",
};

export const podSecurityLevel = (namespace: string): "restricted" | "privileged" =>
  namespace in privilegedNamespaces ? "privileged" : "restricted";
