// What a workload needs once it has more than one replica: nodes of their own where possible, and never all gone at once.
import type { types } from "@pulumi/kubernetes";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type * as pulumi from "@pulumi/pulumi";
import { metadata, selector } from "./workload.ts";

const across = (workload: string, topologyKey: string) => ({
  maxSkew: 1,
  topologyKey,
  // One node, as on a laptop, still takes them all.
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: { matchLabels: selector(workload) },
});

/** Part of a pod's spec that spreads replicas over nodes, or over zones and their nodes; nothing for a single one. */
export const spread = (
  workload: string,
  replicas: number,
  over: "nodes" | "zones" = "nodes",
): Partial<types.input.core.v1.PodSpec> =>
  replicas > 1
    ? {
        topologySpreadConstraints: [
          ...(over === "zones" ? [across(workload, "topology.kubernetes.io/zone")] : []),
          across(workload, "kubernetes.io/hostname"),
        ],
      }
    : {};

/** Lets a node be drained one replica at a time. A single replica gets none: it would block the drain for ever. */
export const disruptionBudget = (
  name: string,
  args: { namespace: pulumi.Input<string>; workload: string; replicas: number },
  options: pulumi.CustomResourceOptions,
): PodDisruptionBudget | undefined =>
  args.replicas > 1
    ? new PodDisruptionBudget(
        name,
        {
          metadata: metadata(args.workload, args.namespace),
          spec: { maxUnavailable: 1, selector: { matchLabels: selector(args.workload) } },
        },
        options,
      )
    : undefined;
