// Lets the gateway see the routes of one namespace, and with them its Services, endpoints and Secrets, of no other.

import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Gateway } from "./handles.ts";
import { metadata } from "./workload.ts";

export const allowGatewayReader = (
  name: string,
  args: { namespace: pulumi.Input<string>; gateway: { namespace: string; reader: NonNullable<Gateway["reader"]> } },
  options: pulumi.CustomResourceOptions,
): RoleBinding =>
  new RoleBinding(
    name,
    {
      metadata: metadata("gateway-reader", args.namespace),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: args.gateway.reader.clusterRole },
      subjects: [
        { kind: "ServiceAccount", name: args.gateway.reader.serviceAccount, namespace: args.gateway.namespace },
      ],
    },
    options,
  );
