// A Job that prepares a service from inside the cluster: databases, buckets. Named by what it does, so that a change runs a new one.
import { Job } from "@pulumi/kubernetes/batch/v1/job.js";
import type * as pulumi from "@pulumi/pulumi";
import { checksum, metadata, type PodArgs, podTemplate, workloadTimeouts } from "./workload.ts";

export interface SetupJobArgs {
  readonly namespace: pulumi.Input<string>;
  /** Value of app.kubernetes.io/name of its pods. Never the service's own: its Service would send traffic to the Job. */
  readonly workload: string;
  /** Everything that decides what the Job does, secrets aside. The same inputs are the same Job, and run once. */
  readonly inputs: readonly string[];
  readonly pod: Omit<PodArgs, "name" | "extra">;
  /** How long the engine waits for it. Default: 5, as for every workload. */
  readonly timeoutMinutes?: number;
}

/** Waited for until it succeeded: whoever reads its name has what it sets up. */
export const setupJob = (name: string, args: SetupJobArgs, options: pulumi.CustomResourceOptions): Job =>
  new Job(
    name,
    {
      metadata: metadata(`${args.workload}-${checksum(...args.inputs)}`, args.namespace, { workload: args.workload }),
      spec: {
        // Never gives up: a run that was too early, or a node that was too slow, is repaired by the next try, and the next `up` sees it.
        backoffLimit: 1000,
        template: podTemplate({ ...args.pod, name: args.workload, extra: { restartPolicy: "OnFailure" } }),
      },
    },
    {
      ...options,
      customTimeouts: { ...workloadTimeouts, ...(args.timeoutMinutes && { create: `${args.timeoutMinutes}m` }) },
    },
  );
