// Who else may enter the cluster: access entries, and no ConfigMap that anybody in it could change.

import { createHash } from "node:crypto";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../lib/component.ts";
import type { EksScope } from "./scope.ts";

export interface AccessArgs {
  readonly scope: EksScope;
  readonly clusterName: pulumi.Output<string>;
}

/** AWS's own: all of the cluster; all but Secrets, to read. */
const policies = { admin: "AmazonEKSClusterAdminPolicy", viewer: "AmazonEKSViewPolicy" } as const;

/** Last part of its name, and enough of a hash to tell two of one name apart. */
const suffix = (principal: string): string =>
  `${principal
    .replace(/^.*\//, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")}-${createHash("sha256").update(principal).digest("hex").slice(0, 6)}`;

export class Access extends Component {
  constructor(name: string, { scope, clusterName }: AccessArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Access", name, options);
    const child = { parent: this };
    const admit = (kind: keyof typeof policies, principalArn: string) => {
      const entryName = `${name}-${kind}-${suffix(principalArn)}`;
      const entry = new AccessEntry(entryName, { clusterName, principalArn, type: "STANDARD" }, child);
      new AccessPolicyAssociation(
        entryName,
        {
          clusterName,
          principalArn: entry.principalArn,
          policyArn: `arn:${scope.partition}:eks::aws:cluster-access-policy/${policies[kind]}`,
          accessScope: { type: "cluster" },
        },
        child,
      );
    };
    for (const principal of scope.config.admins) admit("admin", principal);
    for (const principal of scope.config.viewers) admit("viewer", principal);
    this.registerOutputs({});
  }
}
