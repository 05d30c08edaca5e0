// A namespace with its pod security level and a policy that denies every flow not written down.
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type * as pulumi from "@pulumi/pulumi";
import { labels } from "../names.ts";
import { denyAllSpec } from "./network-policy.ts";
import { podSecurityLevel } from "./pod-security.ts";

export interface NamespaceArgs {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Creates the namespace and its default-deny policy.
 *
 * @returns the namespace's name; whoever uses it waits for the namespace, and for no policy.
 */
export const createNamespace = (
  resourceName: string,
  args: NamespaceArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> => {
  const level = podSecurityLevel(args.name);
  const namespace = new Namespace(
    `${resourceName}-namespace`,
    {
      metadata: {
        name: args.name,
        labels: {
          [labels.partOf]: "strata",
          [labels.managedBy]: "pulumi",
          "pod-security.kubernetes.io/enforce": level,
          "pod-security.kubernetes.io/warn": level,
          ...args.labels,
        },
      },
    },
    options,
  );
  new NetworkPolicy(
    `${resourceName}-deny-all`,
    { metadata: { name: "deny-all", namespace: namespace.metadata.name }, spec: denyAllSpec },
    options,
  );
  return namespace.metadata.name;
};
