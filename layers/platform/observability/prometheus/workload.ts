// Prometheus' pod where strata runs it itself: rights, configuration, rules and a StatefulSet.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import type * as pulumi from "@pulumi/pulumi";
import { createDataServer } from "../../../../lib/data-server.ts";
import { checksum, dataClaim, httpProbe, metadata, workloadLabels } from "../../../../lib/workload.ts";
import { ports, services } from "../../../../names.ts";
import { ruleFile } from "../rules/types.ts";
import { prometheusArgs, prometheusConfig } from "./config.ts";
import type { PrometheusArgs } from "./prometheus.ts";

/** What discovery and scraping need, and nothing that could read a Secret or run a command. */
export const prometheusPermissions = [
  { apiGroups: [""], resources: ["nodes", "pods", "services"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  { nonResourceURLs: ["/metrics"], verbs: ["get"] },
];

export const createPrometheusWorkload = (
  name: string,
  args: PrometheusArgs & { readonly externalUrl: string },
  child: pulumi.CustomResourceOptions,
): void => {
  const workload = services.prometheus;
  // JSON is YAML as well, and writing it takes 0.4 ms at every run where the yaml package takes 100.
  const config = JSON.stringify(prometheusConfig({ ...args.config, ...args }), null, 1);
  const rules = JSON.stringify(ruleFile(args.rules), null, 1);

  const serviceAccount = new ServiceAccount(name, { metadata: metadata(workload, args.namespace) }, child);
  const role = new ClusterRole(
    name,
    {
      metadata: { name: `strata-${workload}`, labels: workloadLabels(workload) },
      rules: prometheusPermissions,
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
  const configMap = new ConfigMap(
    `${name}-config`,
    {
      metadata: metadata(workload, args.namespace),
      data: { "prometheus.yaml": config, "rules.yaml": rules },
    },
    child,
  );

  createDataServer(
    name,
    {
      workload,
      namespace: args.namespace,
      pod: {
        name: workload,
        user: 65534,
        metrics: { port: ports.prometheus },
        checksum: checksum(config, rules),
        serviceAccount: serviceAccount.metadata.name,
        terminationGracePeriodSeconds: 60,
        containers: [
          {
            name: workload,
            image: args.images.reference("prometheus"),
            args: prometheusArgs(args.externalUrl),
            ports: { http: ports.prometheus },
            resources: { cpu: "100m", memory: "384Mi", memoryLimit: "1Gi" },
            // Not ready while it replays its log, which can be long after a crash.
            startup: httpProbe("/-/ready", "http", { periodSeconds: 1, failureThreshold: 300 }),
            readiness: httpProbe("/-/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
            liveness: httpProbe("/-/healthy", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
            mounts: { "/etc/prometheus": { name: "config", readOnly: true }, "/prometheus": "data" },
          },
        ],
        volumes: [{ name: "config", configMap: { name: configMap.metadata.name } }],
      },
      claims: [dataClaim(args.config.storage)],
    }, // No value of the binding is in the pod, and without it the first discovery is refused and retried late.
    { ...child, dependsOn: [binding] },
  );
};
