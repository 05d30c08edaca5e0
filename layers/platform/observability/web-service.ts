// The Service of a page: Prometheus, Alertmanager, Grafana, whoever runs its pod.
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import { metadata, selector, skipAwait } from "../../../lib/workload.ts";

/** Who makes the pods: strata itself, the chart's operator, or that operator on nodes that run nothing. */
export type RunBy = "strata" | "operator" | "simulated operator";

export interface WebServiceArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the Service, and app.kubernetes.io/name of its pods. Their port is named http. */
  readonly workload: string;
  readonly port: number;
  readonly exposure: "nodePort" | "cluster";
  readonly nodePort: number;
  readonly runBy?: RunBy;
}

/**
 * Longer than a release may take. Helm does not wait for what an operator makes, so its Service does:
 * it is ready when a pod behind it is.
 */
const operatorTimeouts: pulumi.CustomTimeouts = { create: "15m", update: "15m" };

export const createWebService = (
  name: string,
  args: WebServiceArgs,
  options: pulumi.CustomResourceOptions,
): Service => {
  const open = args.exposure === "nodePort";
  const awaited = args.runBy === "operator";
  return new Service(
    name,
    {
      metadata: metadata(args.workload, args.namespace, awaited ? {} : { annotations: skipAwait }),
      spec: {
        type: open ? "NodePort" : "ClusterIP",
        selector: selector(args.workload),
        ports: [{ name: "http", port: args.port, targetPort: "http", ...(open && { nodePort: args.nodePort }) }],
      },
    },
    awaited ? { ...options, customTimeouts: operatorTimeouts } : options,
  );
};
