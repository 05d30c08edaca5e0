import { change, constant, growing, type RuleCases } from "./types.ts";

const pod = { namespace: "apps", pod: "web-0" };
const container = { ...pod, container: "web" };
const podLabels = 'namespace="apps", pod="web-0"';
const inContainer = `${podLabels}, container="web"`;

/** Pairs that differ in numbers only: wanted against actual. */
const short = (want: string, have: string, label: string) => ({
  fires: {
    series: {
      [`${want}{namespace="apps", ${label}="web"}`]: constant(3),
      [`${have}{namespace="apps", ${label}="web"}`]: constant(1),
    },
    alerts: [{ labels: { namespace: "apps", [label]: "web" }, value: "3" }],
  },
  quiet: {
    series: {
      [`${want}{namespace="apps", ${label}="web"}`]: constant(3),
      [`${have}{namespace="apps", ${label}="web"}`]: constant(3),
    },
  },
});

const hpa = 'namespace="apps", horizontalpodautoscaler="web"';

export const kubernetesApps: RuleCases = {
  KubePodCrashLooping: {
    fires: {
      series: { [`kube_pod_container_status_waiting_reason{${inContainer}, reason="CrashLoopBackOff"}`]: constant(1) },
      alerts: [{ labels: container }],
    },
    quiet: {
      series: { [`kube_pod_container_status_waiting_reason{${inContainer}, reason="ContainerCreating"}`]: constant(1) },
      at: "20m",
    },
  },
  KubePodNotReady: {
    fires: {
      series: {
        [`kube_pod_status_ready{${podLabels}, condition="true"}`]: constant(0),
        [`kube_pod_status_phase{${podLabels}, phase="Succeeded"}`]: constant(0),
        [`kube_pod_owner{${podLabels}, owner_kind="StatefulSet", owner_name="web"}`]: constant(1),
      },
      alerts: [{ labels: pod }],
    },
    quiet: {
      series: {
        [`kube_pod_status_ready{${podLabels}, condition="true"}`]: constant(0),
        [`kube_pod_owner{${podLabels}, owner_kind="Job", owner_name="setup"}`]: constant(1),
        'kube_pod_status_ready{namespace="apps", pod="done", condition="true"}': constant(0),
        'kube_pod_status_phase{namespace="apps", pod="done", phase="Succeeded"}': constant(1),
      },
    },
  },
  KubeContainerWaiting: {
    fires: {
      series: { [`kube_pod_container_status_waiting_reason{${inContainer}, reason="ImagePullBackOff"}`]: constant(1) },
      alerts: [{ labels: { ...container, reason: "ImagePullBackOff" } }],
    },
    quiet: {
      series: {
        [`kube_pod_container_status_waiting_reason{${inContainer}, reason="ImagePullBackOff"}`]: change(10, 1, 0),
      },
    },
  },
  KubeContainerOOMKilled: {
    fires: {
      series: {
        [`kube_pod_container_status_last_terminated_reason{${inContainer}, reason="OOMKilled"}`]: constant(1),
        [`kube_pod_container_status_restarts_total{${inContainer}}`]: change(175, 0, 1),
      },
      alerts: [{ labels: container }],
    },
    quiet: {
      series: {
        [`kube_pod_container_status_last_terminated_reason{${inContainer}, reason="OOMKilled"}`]: constant(1),
        [`kube_pod_container_status_restarts_total{${inContainer}}`]: change(60, 0, 1),
      },
    },
  },
  KubePodUnschedulable: {
    fires: { series: { [`kube_pod_status_unschedulable{${podLabels}}`]: constant(1) }, alerts: [{ labels: pod }] },
    quiet: { series: { [`kube_pod_status_unschedulable{${podLabels}}`]: constant(1) }, at: "5m" },
  },
  KubeDeploymentReplicasMismatch: short(
    "kube_deployment_spec_replicas",
    "kube_deployment_status_replicas_available",
    "deployment",
  ),
  KubeDeploymentRolloutStuck: {
    fires: {
      series: {
        'kube_deployment_status_condition{namespace="apps", deployment="web", condition="Progressing", status="false"}':
          constant(1),
      },
      alerts: [{ labels: { namespace: "apps", deployment: "web" } }],
    },
    quiet: {
      series: {
        'kube_deployment_status_condition{namespace="apps", deployment="web", condition="Progressing", status="false"}':
          constant(0),
      },
    },
  },
  KubeStatefulSetReplicasMismatch: short(
    "kube_statefulset_replicas",
    "kube_statefulset_status_replicas_ready",
    "statefulset",
  ),
  KubeDaemonSetNotReady: short(
    "kube_daemonset_status_desired_number_scheduled",
    "kube_daemonset_status_number_ready",
    "daemonset",
  ),
  KubePdbNotEnoughHealthyPods: short(
    "kube_poddisruptionbudget_status_desired_healthy",
    "kube_poddisruptionbudget_status_current_healthy",
    "poddisruptionbudget",
  ),
  KubeJobFailed: {
    fires: {
      series: { 'kube_job_failed{namespace="storage", job_name="setup", condition="true"}': constant(1) },
      alerts: [{ labels: { namespace: "storage", job_name: "setup" } }],
    },
    quiet: {
      series: {
        'kube_job_failed{namespace="storage", job_name="setup", condition="true"}': constant(0),
        'kube_job_failed{namespace="storage", job_name="setup", condition="false"}': constant(1),
      },
    },
  },
  KubeHpaMaxedOut: {
    fires: {
      series: {
        [`kube_horizontalpodautoscaler_status_current_replicas{${hpa}}`]: constant(5),
        [`kube_horizontalpodautoscaler_spec_max_replicas{${hpa}}`]: constant(5),
        [`kube_horizontalpodautoscaler_spec_min_replicas{${hpa}}`]: constant(1),
      },
      alerts: [{ labels: { namespace: "apps", horizontalpodautoscaler: "web" }, value: "5" }],
    },
    // Minimum and maximum are the same on purpose: that is no autoscaler at its end.
    quiet: {
      series: {
        [`kube_horizontalpodautoscaler_status_current_replicas{${hpa}}`]: constant(5),
        [`kube_horizontalpodautoscaler_spec_max_replicas{${hpa}}`]: constant(5),
        [`kube_horizontalpodautoscaler_spec_min_replicas{${hpa}}`]: constant(5),
      },
    },
  },
  KubeHpaNotScaling: {
    fires: {
      series: {
        [`kube_horizontalpodautoscaler_status_condition{${hpa}, condition="ScalingActive", status="false"}`]:
          constant(1),
      },
      alerts: [{ labels: { namespace: "apps", horizontalpodautoscaler: "web" } }],
    },
    quiet: {
      series: {
        [`kube_horizontalpodautoscaler_status_condition{${hpa}, condition="ScalingActive", status="false"}`]:
          constant(0),
        [`kube_horizontalpodautoscaler_status_condition{${hpa}, condition="ScalingLimited", status="false"}`]: growing(
          0,
          1,
        ),
      },
    },
  },
};
