// The namespace of the cluster, and the tenant by which the operator may act in it.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import { createNamespace } from "../../../lib/namespace.ts";
import { type OpenBaoNames, openbaoApi } from "../../../lib/openbao.ts";
import { metadata } from "../../../lib/workload.ts";
import { services } from "../../../names.ts";
import { waitFor } from "./wait.ts";

/** On the namespace; for people and their selectors. The operator goes by the tenant alone. */
const tenantLabel = { "openbao.org/tenant": "true" };

export const createTenantNamespace = (
  name: string,
  names: OpenBaoNames,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> => createNamespace(name, { name: names.namespace, labels: tenantLabel }, child);

export interface TenantArgs {
  readonly names: OpenBaoNames;
  /** Waits for the operator. */
  readonly operatorNamespace: pulumi.Output<string>;
  /** Namespace of the cluster. Waits for it: on deletion it outlives the tenant, whose rights are in it. */
  readonly namespace: pulumi.Output<string>;
  /** No operator will ever answer. */
  readonly simulated: boolean;
}

/** In the operator's namespace: only there a tenant may be for another one. @returns its name. Waits until the operator may act. */
export const createTenant = (
  name: string,
  { names, operatorNamespace, namespace, simulated }: TenantArgs,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  new CustomResource(
    `${name}-tenant`,
    {
      apiVersion: openbaoApi,
      kind: "OpenBaoTenant",
      metadata: metadata(names.tenant, operatorNamespace, {
        workload: services.openbao,
        ...waitFor(simulated, "Provisioned"),
      }),
      spec: { targetNamespace: namespace },
    },
    { ...child, customTimeouts: { create: "5m", update: "5m", delete: "5m" } },
  ).metadata.apply(() => names.tenant);
