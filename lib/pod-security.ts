// Namespaces that do not enforce the restricted pod security standard, each with its reason.
import { namespaces } from "../names.ts";

/** Namespace to why its pods may do what the restricted standard forbids. */
export const privilegedNamespaces: Readonly<Record<string, string>> = {
  [namespaces.nodeAgents]: "agents read the logs and figures of the node",
  [namespaces.mesh]: "Istio's agents set up the pods' network on the node",
  [namespaces.calico]: "Calico's operator sets up the network of the node",
};
