// kube-state-metrics: the state of API objects as metrics, for the collectors named here and no others.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows, apiServer } from "../../../../lib/network-policy.ts";
import {
  httpProbe,
  metadata,
  podTemplate,
  selector,
  workloadLabels,
  workloadTimeouts,
} from "../../../../lib/workload.ts";
import { namespaces, ports, services } from "../../../../names.ts";

export interface KubeStateMetricsArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
}

/** API group to the resources that are watched: what alerts and dashboards read. Neither Secrets nor ConfigMaps. */
export const watched: Readonly<Record<string, readonly string[]>> = {
  "": ["namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods", "resourcequotas"],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  policy: ["poddisruptionbudgets"],
};

export class KubeStateMetrics extends Component {
  constructor(name: string, args: KubeStateMetricsArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "KubeStateMetrics", name, options);
    const child = { parent: this };
    const workload = services.kubeStateMetrics;

    const serviceAccount = new ServiceAccount(name, { metadata: metadata(workload, args.namespace) }, child);
    const role = new ClusterRole(
      name,
      {
        metadata: { name: `strata-${workload}`, labels: workloadLabels(workload) },
        rules: Object.entries(watched).map(([group, resources]) => ({
          apiGroups: [group],
          resources: [...resources],
          verbs: ["list", "watch"],
        })),
      },
      child,
    );
    const binding = new ClusterRoleBinding(
      name,
      {
        metadata: { name: `strata-${workload}`, labels: workloadLabels(workload) },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: workload, namespace: args.namespace }],
      },
      child,
    );

    new Deployment(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          replicas: 1,
          selector: { matchLabels: selector(workload) },
          // Two at once would give every series twice.
          strategy: { type: "Recreate" },
          template: podTemplate({
            name: workload,
            user: 65534,
            // Scraped by jobs of their own in Prometheus, and not by annotation.
            serviceAccount: serviceAccount.metadata.name,
            containers: [
              {
                name: workload,
                image: args.images.reference("kubeStateMetrics"),
                args: [
                  `--resources=${Object.values(watched).flat().sort().join(",")}`,
                  `--port=${ports.kubeStateMetrics}`,
                  `--telemetry-port=${ports.kubeStateMetricsSelf}`,
                ],
                ports: { http: ports.kubeStateMetrics, telemetry: ports.kubeStateMetricsSelf },
                resources: { cpu: "10m", memory: "48Mi", memoryLimit: "256Mi" },
                readiness: httpProbe("/readyz", "telemetry", { periodSeconds: 5, timeoutSeconds: 3 }),
                liveness: httpProbe("/livez", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
              },
            ],
          }),
        },
      },
      // No value of the binding is in the pod, and without it every list is refused and retried late.
      { ...child, dependsOn: [binding], customTimeouts: workloadTimeouts },
    );

    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: {
          ingress: [
            {
              peers: [{ namespace: namespaces.observability, workload: services.prometheus }],
              ports: [ports.kubeStateMetrics, ports.kubeStateMetricsSelf],
            },
          ],
          egress: [apiServer],
        },
      },
      child,
    );
    this.registerOutputs();
  }
}
