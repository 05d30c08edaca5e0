// What pods ask for and use, per namespace, workload and container; alerts on promises that the nodes can't keep.
import type { AlertRule, RuleGroup } from "./types.ts";

const overcommit = (resource: "cpu" | "memory", alert: string, name: string): AlertRule => ({
  alert,
  // On a single node there is nothing to fail over to, so the question does not arise.
  expr: `
    sum(namespace:kube_pod_container_resource_requests:sum{resource="${resource}"})
    > sum(kube_node_status_allocatable{resource="${resource}"}) - max(kube_node_status_allocatable{resource="${resource}"})
    and count(kube_node_status_allocatable{resource="${resource}"}) > 1`,
  for: "10m",
  severity: "warning",
  summary: `The cluster can't lose a node: too much ${name} is requested`,
  description: `If the largest node fails, the others can't hold the ${name} that pods request.`,
});

const usage = (record: string, metric: string): { record: string; expr: string }[] => [
  { record: `namespace:${record}`, expr: `sum by (namespace) (${metric})` },
  {
    record: `namespace_workload:${record}`,
    expr: `
      sum by (namespace, workload, workload_type) (
        sum by (namespace, pod) (${metric})
        * on (namespace, pod) group_left (workload, workload_type) namespace_workload_pod:kube_pod_owner:relabel
      )`,
  },
];

const requested = (what: "requests" | "limits") => ({
  record: `namespace:kube_pod_container_resource_${what}:sum`,
  // Pods that ended keep their requests in the API and use nothing.
  expr: `
    sum by (namespace, resource) (
      max by (namespace, pod, container, resource) (kube_pod_container_resource_${what})
      * on (namespace, pod) group_left ()
      max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)
    )`,
});

export const kubernetesResources: RuleGroup = {
  name: "kubernetes-resources",
  recording: [
    {
      record: "namespace_workload_pod:kube_pod_owner:relabel",
      // A pod of a Deployment is owned by a ReplicaSet, whose owner is asked for; every other owner is the workload itself.
      expr: `
        max by (namespace, workload, workload_type, pod) (
          label_replace(
            label_replace(
              label_replace(kube_pod_owner{owner_kind="ReplicaSet"}, "replicaset", "$1", "owner_name", "(.*)")
              * on (namespace, replicaset) group_left (owner_name)
              max by (namespace, replicaset, owner_name) (kube_replicaset_owner{owner_kind="Deployment"}),
              "workload", "$1", "owner_name", "(.*)"),
            "workload_type", "Deployment", "", "")
          or
          label_replace(
            label_replace(kube_pod_owner{owner_kind=~"StatefulSet|DaemonSet|Job"}, "workload", "$1", "owner_name", "(.*)"),
            "workload_type", "$1", "owner_kind", "(.*)")
        )`,
    },
    {
      record: "namespace_pod_container:container_cpu_usage_seconds:sum_rate5m",
      expr: `sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="", container!="POD"}[5m]))`,
    },
    {
      record: "namespace_pod_container:container_memory_working_set_bytes:max",
      expr: `max by (namespace, pod, container) (container_memory_working_set_bytes{container!="", container!="POD"})`,
    },
    ...usage(
      "container_cpu_usage_seconds:sum_rate5m",
      "namespace_pod_container:container_cpu_usage_seconds:sum_rate5m",
    ),
    ...usage(
      "container_memory_working_set_bytes:sum",
      "namespace_pod_container:container_memory_working_set_bytes:max",
    ),
    requested("requests"),
    requested("limits"),
  ],
  alerts: [
    overcommit("cpu", "KubeCpuOvercommit", "CPU"),
    overcommit("memory", "KubeMemoryOvercommit", "memory"),
    {
      alert: "KubeQuotaAlmostFull",
      expr: `
        max by (namespace, resourcequota, resource) (kube_resourcequota{type="used"})
        / (max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard"}) > 0) > 0.9`,
      for: "15m",
      severity: "warning",
      summary: "Quota {{ $labels.resource }} of {{ $labels.namespace }} is almost used up",
      description:
        "{{ $value | humanizePercentage }} of quota {{ $labels.resourcequota }} is used; new pods will be refused.",
    },
    {
      alert: "ContainerCpuThrottled",
      expr: `
        sum by (namespace, pod, container) (increase(container_cpu_cfs_throttled_periods_total{container!=""}[5m]))
        / sum by (namespace, pod, container) (increase(container_cpu_cfs_periods_total{container!=""}[5m])) > 0.5`,
      for: "15m",
      severity: "info",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} is held back by its CPU limit",
      description:
        "Container {{ $labels.container }} was throttled in {{ $value | humanizePercentage }} of its CPU periods.",
    },
    {
      alert: "ContainerMemoryNearLimit",
      expr: `
        namespace_pod_container:container_memory_working_set_bytes:max
        / on (namespace, pod, container)
        max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"}) > 0.95`,
      for: "15m",
      severity: "warning",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} is about to run out of memory",
      description: "Container {{ $labels.container }} uses {{ $value | humanizePercentage }} of its memory limit.",
    },
  ],
};
