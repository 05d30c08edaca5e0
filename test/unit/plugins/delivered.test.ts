// What a failed wait tells of a GitOps engine's delivery: the object that holds it up, and why.
import { expect, test } from "vitest";
import { failureDetails } from "../../../tools/plugins/kubernetes/await/details.ts";
import type { Cluster } from "../../../tools/plugins/kubernetes/cluster.ts";
import type { Properties } from "../../../tools/plugins/rpc/values.ts";

const pending: Properties = {
  kind: "Pod",
  metadata: { name: "tempo-0", namespace: "observability" },
  status: {
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/2 nodes fit" }],
  },
};
const warning = (took: string): Properties => ({
  type: "Warning",
  reason: "HealthCheckFailed",
  message: `health check failed after ${took}ms`,
  involvedObject: { kind: "Kustomization", name: "tempo" },
});
const cluster = {
  list: async (path: string) =>
    path.endsWith("/pods") ? [pending] : path.endsWith("/events") ? ["12.5", "9", "110.25"].map(warning) : [],
  get: async ({ name }: { name: string }) => ({
    kind: "StatefulSet",
    apiVersion: "apps/v1",
    metadata: { name, namespace: "observability" },
    spec: { selector: { matchLabels: { app: name } } },
  }),
} as unknown as Cluster;

test("Flux: the unhealthy workload and its pod, and one line of those that differ by a number only", async () => {
  const message = "timeout waiting for: [StatefulSet/observability/tempo status: 'InProgress']";
  const details = await failureDetails(cluster, {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name: "tempo", namespace: "flux-system" },
    status: { conditions: [{ type: "Ready", status: "False", message }] },
  });
  expect(details).toEqual([
    "[Kustomization tempo]: [HealthCheckFailed] health check failed after 110.25ms",
    "[StatefulSet observability/tempo]: InProgress",
    expect.stringMatching(/^\[Pod observability\/tempo-0\]: .*0\/2 nodes fit/),
  ]);
});

test("Argo CD: what did not sync with the reason, what is not healthy with its pod, and nothing that is fine", async () => {
  const details = await failureDetails(cluster, {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "other", namespace: "argocd" },
    status: {
      operationState: { phase: "Running", message: "one or more objects failed to apply" },
      conditions: [{ type: "SyncError", message: "spec.replicas: Invalid value: -1" }],
      resources: [
        { kind: "Service", namespace: "observability", name: "tempo", status: "Synced", health: { status: "Healthy" } },
        { kind: "ConfigMap", namespace: "observability", name: "tempo", status: "Synced" },
        {
          kind: "StatefulSet",
          namespace: "observability",
          name: "tempo",
          status: "Synced",
          health: { status: "Progressing", message: "Waiting for 1 pods to be ready..." },
        },
        { kind: "ConfigMap", namespace: "observability", name: "late", status: "OutOfSync" },
      ],
    },
  });
  expect(details).toEqual([
    "[Application other]: one or more objects failed to apply",
    "[Application other]: spec.replicas: Invalid value: -1",
    "[StatefulSet observability/tempo]: Synced, Progressing, Waiting for 1 pods to be ready...",
    expect.stringMatching(/^\[Pod observability\/tempo-0\]: .*0\/2 nodes fit/),
    "[ConfigMap observability/late]: OutOfSync",
  ]);
});
