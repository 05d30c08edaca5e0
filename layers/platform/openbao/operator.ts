// The operator: definitions of its kinds first, and after everything else gone at last; then the programs that act on them.
import * as pulumi from "@pulumi/pulumi";
import { chartImage } from "../../../lib/chart-images.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows, type Flow } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { namespaces, services } from "../../../names.ts";
import { operatorFlows } from "./flows.ts";
import { operatorValues } from "./values.ts";

export interface OperatorArgs {
  readonly cluster: ClusterHandle;
  /** Whether a gateway stands before the cluster. */
  readonly gatewayApi: boolean;
  /** The way to the bucket of the backups: the operator deletes those that are too old. */
  readonly store: readonly Flow[];
}

/**
 * The order of a deletion is that of the dependencies, backwards: whoever uses the result is gone before the programs that clean up
 * after it, and the definitions go last. Otherwise objects would keep finalizers that nobody takes away.
 *
 * @returns the operator's namespace. Waits until its programs are ready.
 */
export const createOperator = (
  name: string,
  { cluster, gatewayApi, store }: OperatorArgs,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> => {
  const namespace = createNamespace(`${name}-operator`, { name: namespaces.openbaoOperator }, child);
  const flows = allowFlows(
    `${name}-operator`,
    { namespace, workload: services.openbaoOperator, flows: operatorFlows(store) },
    child,
  );
  const definitions = createRelease(
    `${name}-definitions`,
    // The namespace holds Helm's record only.
    { name: "openbao-definitions", chart: cluster.charts.chart("openbaoDefinitions"), namespace },
    child,
  );
  const release = createRelease(
    `${name}-operator`,
    {
      name: services.openbaoOperator,
      chart: cluster.charts.chart("openbaoOperator"),
      // Its way to the API server too must be there as long as it has to clean up.
      namespace: pulumi.all([namespace, definitions.name, flows.metadata.name]).apply(([known]) => known),
      values: operatorValues({ gatewayApi }, chartImage(cluster.images, "openbaoOperator")),
      crds: "skip",
    },
    child,
  );
  return release.name.apply(() => namespaces.openbaoOperator);
};
