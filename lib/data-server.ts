// A server with data of its own: one pod that keeps its volumes and its name.

import type { types } from "@pulumi/kubernetes";
import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import type * as pulumi from "@pulumi/pulumi";
import { metadata, type PodArgs, podTemplate, selector, workloadTimeouts } from "./workload.ts";

export interface DataServerArgs {
  /** Name of the StatefulSet, and value of app.kubernetes.io/name of its pod. */
  readonly workload: string;
  readonly namespace: pulumi.Input<string>;
  /** Service that gives the pod its host name. Default: the workload's. */
  readonly serviceName?: string;
  readonly pod: PodArgs;
  readonly claims: types.input.core.v1.PersistentVolumeClaim[];
}

/** Waited for until its pod is ready. */
export const createDataServer = (
  name: string,
  args: DataServerArgs,
  options: pulumi.CustomResourceOptions,
): StatefulSet =>
  new StatefulSet(
    name,
    {
      metadata: metadata(args.workload, args.namespace),
      spec: {
        // In order, a pod that never became ready would hold back its own correction (Kubernetes' "forced rollback").
        podManagementPolicy: "Parallel",
        serviceName: args.serviceName ?? args.workload,
        replicas: 1,
        selector: { matchLabels: selector(args.workload) },
        template: podTemplate(args.pod),
        volumeClaimTemplates: args.claims,
      },
    },
    { ...options, customTimeouts: workloadTimeouts },
  );
