// The role of nodes: join the cluster, hand out Pod Identities, pull images. What pods may is their own roles' business.
import type * as pulumi from "@pulumi/pulumi";
import { createRole, instanceTrust, type RoleHandle, roleName } from "../role.ts";
import type { EksScope } from "../scope.ts";

export const createNodeRole = (name: string, scope: EksScope, options: pulumi.CustomResourceOptions): RoleHandle =>
  createRole(
    name,
    {
      roleName: roleName(scope.clusterName, scope, "nodes"),
      scope,
      trust: instanceTrust(scope),
      managed: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
    },
    options,
  );
