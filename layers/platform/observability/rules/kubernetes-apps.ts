// Alerts on workloads: pods that don't run, rollouts that don't finish, jobs that fail, autoscalers at their end.
import type { AlertRule, RuleGroup } from "./types.ts";

const pods: AlertRule[] = [
  {
    alert: "KubePodCrashLooping",
    expr: `max by (namespace, pod, container) (max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m])) >= 1`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} is crash looping",
    description: "Container {{ $labels.container }} ends again and again, and waits longer before each new start.",
  },
  {
    alert: "KubePodNotReady",
    expr: `
      max by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 0
      unless on (namespace, pod) (kube_pod_status_phase{phase="Succeeded"} == 1)
      unless on (namespace, pod) kube_pod_owner{owner_kind="Job"}`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} is not ready",
    description: "The pod has not been ready for 15 minutes and gets no traffic.",
  },
  {
    alert: "KubeContainerWaiting",
    expr: `max by (namespace, pod, container, reason) (kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff"}) > 0`,
    for: "30m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} waits: {{ $labels.reason }}",
    description: "Container {{ $labels.container }} can't start: {{ $labels.reason }}.",
  },
  {
    alert: "KubeContainerOOMKilled",
    expr: `
      max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}) == 1
      and on (namespace, pod, container)
      sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[15m])) > 0`,
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} ran out of memory",
    description: "Container {{ $labels.container }} was killed because it reached its memory limit.",
  },
  {
    alert: "KubePodUnschedulable",
    expr: "max by (namespace, pod) (kube_pod_status_unschedulable) == 1",
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} fits on no node",
    description: "The scheduler finds no node with the resources, volumes or labels that the pod asks for.",
  },
];

const workloads: AlertRule[] = [
  {
    alert: "KubeDeploymentReplicasMismatch",
    expr: `
      max by (namespace, deployment) (kube_deployment_spec_replicas)
      > max by (namespace, deployment) (kube_deployment_status_replicas_available)`,
    for: "15m",
    severity: "warning",
    summary: "Deployment {{ $labels.namespace }}/{{ $labels.deployment }} misses replicas",
    description: "Fewer replicas are available than the {{ $value }} asked for.",
  },
  {
    alert: "KubeDeploymentRolloutStuck",
    expr: `max by (namespace, deployment) (kube_deployment_status_condition{condition="Progressing", status="false"}) == 1`,
    for: "10m",
    severity: "warning",
    summary: "Rollout of {{ $labels.namespace }}/{{ $labels.deployment }} is stuck",
    description: "The deployment passed its progress deadline; the old version still runs beside the new one.",
  },
  {
    alert: "KubeStatefulSetReplicasMismatch",
    expr: `
      max by (namespace, statefulset) (kube_statefulset_replicas)
      > max by (namespace, statefulset) (kube_statefulset_status_replicas_ready)`,
    for: "15m",
    severity: "warning",
    summary: "StatefulSet {{ $labels.namespace }}/{{ $labels.statefulset }} misses replicas",
    description: "Fewer replicas are ready than the {{ $value }} asked for.",
  },
  {
    alert: "KubeDaemonSetNotReady",
    expr: `
      max by (namespace, daemonset) (kube_daemonset_status_desired_number_scheduled)
      > max by (namespace, daemonset) (kube_daemonset_status_number_ready)`,
    for: "15m",
    severity: "warning",
    summary: "DaemonSet {{ $labels.namespace }}/{{ $labels.daemonset }} is not ready everywhere",
    description: "It should run on {{ $value }} nodes and is ready on fewer.",
  },
  {
    alert: "KubePdbNotEnoughHealthyPods",
    expr: `
      max by (namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_desired_healthy)
      > max by (namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_current_healthy)`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} has too few healthy pods",
    description: "Fewer pods are healthy than the {{ $value }} of the disruption budget, so no node can be drained.",
  },
];

const jobsAndScaling: AlertRule[] = [
  {
    alert: "KubeJobFailed",
    expr: `max by (namespace, job_name) (kube_job_failed{condition="true"}) > 0`,
    for: "5m",
    severity: "warning",
    summary: "Job {{ $labels.namespace }}/{{ $labels.job_name }} failed",
    description: "The job used up its retries. It fires until the failed job is deleted.",
  },
  {
    alert: "KubeHpaMaxedOut",
    expr: `
      max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas)
      >= max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas)
      unless max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_min_replicas)
      >= max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas)`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} is at its maximum",
    description: "The autoscaler runs all {{ $value }} replicas it may; more load will not be met.",
  },
  {
    alert: "KubeHpaNotScaling",
    expr: `max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_condition{condition="ScalingActive", status="false"}) == 1`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} can't scale",
    description: "The autoscaler gets no metrics, so the number of replicas stays as it is.",
  },
];

export const kubernetesApps: RuleGroup = {
  name: "kubernetes-apps",
  alerts: [...pods, ...workloads, ...jobsAndScaling],
};
