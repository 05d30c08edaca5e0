import { constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const container = { namespace: "apps", pod: "web-0", container: "web" };
const inContainer = 'namespace="apps", pod="web-0", container="web"';

const requests = (resource: string, amount: number, nodes: number): SeriesMap => ({
  [`kube_pod_container_resource_requests{${inContainer}, resource="${resource}"}`]: constant(amount),
  'kube_pod_status_phase{namespace="apps", pod="web-0", phase="Running"}': constant(1),
  'kube_pod_status_phase{namespace="apps", pod="web-0", phase="Pending"}': constant(0),
  ...Object.fromEntries(
    Array.from({ length: nodes }, (_, node) => [
      `kube_node_status_allocatable{resource="${resource}", node="n${node}"}`,
      constant(4),
    ]),
  ),
});

const overcommit = (resource: string) => ({
  fires: { series: requests(resource, 5, 2), alerts: [{}] },
  // Two nodes that can carry it alone; and a single node, which has nobody to fail over to.
  quiet: { series: requests(resource, 5, 1) },
});

const quota = 'namespace="apps", resourcequota="team", resource="pods"';

export const kubernetesResources: RuleCases = {
  KubeCpuOvercommit: overcommit("cpu"),
  KubeMemoryOvercommit: overcommit("memory"),
  KubeQuotaAlmostFull: {
    fires: {
      series: {
        [`kube_resourcequota{${quota}, type="used"}`]: constant(19),
        [`kube_resourcequota{${quota}, type="hard"}`]: constant(20),
      },
      alerts: [{ labels: { namespace: "apps", resourcequota: "team", resource: "pods" }, value: "95%" }],
    },
    quiet: {
      series: {
        [`kube_resourcequota{${quota}, type="used"}`]: constant(0),
        [`kube_resourcequota{${quota}, type="hard"}`]: constant(0),
      },
    },
  },
  ContainerCpuThrottled: {
    fires: {
      series: {
        [`container_cpu_cfs_throttled_periods_total{${inContainer}}`]: growing(60),
        [`container_cpu_cfs_periods_total{${inContainer}}`]: growing(100),
      },
      alerts: [{ labels: container, value: "60%" }],
    },
    quiet: {
      series: {
        [`container_cpu_cfs_throttled_periods_total{${inContainer}}`]: growing(40),
        [`container_cpu_cfs_periods_total{${inContainer}}`]: growing(100),
      },
    },
  },
  ContainerMemoryNearLimit: {
    fires: {
      series: {
        [`container_memory_working_set_bytes{${inContainer}}`]: constant(99),
        [`kube_pod_container_resource_limits{${inContainer}, resource="memory"}`]: constant(100),
      },
      alerts: [{ labels: container, value: "99%" }],
    },
    quiet: {
      series: {
        [`container_memory_working_set_bytes{${inContainer}}`]: constant(90),
        [`kube_pod_container_resource_limits{${inContainer}, resource="memory"}`]: constant(100),
      },
    },
  },
};
