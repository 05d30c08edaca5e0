// Recording rules: series in, and what the record must read at the end.
import { constant, growing, minutes, type SeriesMap } from "./types.ts";

export interface RecordingCase {
  readonly series: SeriesMap;
  /** Expression over the record to its samples, labels to value. */
  readonly expect: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const web = 'namespace="apps", pod="web-5f-x1", container="web"';
const db = 'namespace="database", pod="postgres-0", container="postgres"';

const owners: SeriesMap = {
  'kube_pod_owner{namespace="apps", pod="web-5f-x1", owner_kind="ReplicaSet", owner_name="web-5f"}': constant(1),
  'kube_replicaset_owner{namespace="apps", replicaset="web-5f", owner_kind="Deployment", owner_name="web"}':
    constant(1),
  'kube_pod_owner{namespace="database", pod="postgres-0", owner_kind="StatefulSet", owner_name="postgres"}':
    constant(1),
};

const usage: SeriesMap = {
  [`container_cpu_usage_seconds_total{${web}}`]: growing(30),
  [`container_cpu_usage_seconds_total{${db}}`]: growing(60),
  // The pod as a whole, which would count everything twice.
  'container_cpu_usage_seconds_total{namespace="apps", pod="web-5f-x1", container=""}': growing(30),
  [`container_memory_working_set_bytes{${web}}`]: constant(100),
  [`container_memory_working_set_bytes{${db}}`]: constant(300),
};

const requests: SeriesMap = {
  [`kube_pod_container_resource_requests{${web}, resource="cpu"}`]: constant(0.5),
  'kube_pod_status_phase{namespace="apps", pod="web-5f-x1", phase="Running"}': constant(1),
  'kube_pod_container_resource_requests{namespace="apps", pod="done", container="job", resource="cpu"}': constant(9),
  'kube_pod_status_phase{namespace="apps", pod="done", phase="Running"}': constant(0),
  'kube_pod_status_phase{namespace="apps", pod="done", phase="Succeeded"}': constant(1),
};

export const recordingCases: Readonly<Record<string, RecordingCase>> = {
  "usage by workload": {
    series: { ...owners, ...usage },
    expect: {
      "namespace_workload_pod:kube_pod_owner:relabel": {
        'namespace_workload_pod:kube_pod_owner:relabel{namespace="apps", pod="web-5f-x1", workload="web", workload_type="Deployment"}': 1,
        'namespace_workload_pod:kube_pod_owner:relabel{namespace="database", pod="postgres-0", workload="postgres", workload_type="StatefulSet"}': 1,
      },
      "namespace_workload:container_cpu_usage_seconds:sum_rate5m": {
        'namespace_workload:container_cpu_usage_seconds:sum_rate5m{namespace="apps", workload="web", workload_type="Deployment"}': 0.5,
        'namespace_workload:container_cpu_usage_seconds:sum_rate5m{namespace="database", workload="postgres", workload_type="StatefulSet"}': 1,
      },
      "namespace:container_memory_working_set_bytes:sum": {
        'namespace:container_memory_working_set_bytes:sum{namespace="apps"}': 100,
        'namespace:container_memory_working_set_bytes:sum{namespace="database"}': 300,
      },
    },
  },
  "requests of pods that ended count for nothing": {
    series: requests,
    expect: {
      "namespace:kube_pod_container_resource_requests:sum": {
        'namespace:kube_pod_container_resource_requests:sum{namespace="apps", resource="cpu"}': 0.5,
      },
    },
  },
  "node utilisation": {
    series: {
      'node_cpu_seconds_total{node="a", cpu="0", mode="idle"}': growing(30),
      'node_cpu_seconds_total{node="a", cpu="0", mode="iowait"}': growing(15),
      'node_cpu_seconds_total{node="a", cpu="1", mode="idle"}': growing(60),
      'node_cpu_seconds_total{node="a", cpu="1", mode="iowait"}': growing(0),
      'node_network_receive_bytes_total{node="a", device="eth0"}': growing(600),
      'node_network_receive_bytes_total{node="a", device="veth12"}': growing(6000),
    },
    expect: {
      "node:node_cpu_utilisation:ratio_rate5m": { 'node:node_cpu_utilisation:ratio_rate5m{node="a"}': 0.125 },
      "node:node_network_receive_bytes:sum_rate5m": { 'node:node_network_receive_bytes:sum_rate5m{node="a"}': 10 },
    },
  },
  "a service without errors is at zero": {
    series: {
      'traefik_service_requests_total{service="good", code="200"}': growing(60),
      'traefik_service_requests_total{service="bad", code="200"}': growing(45),
      'traefik_service_requests_total{service="bad", code="503"}': growing(15),
    },
    expect: {
      "service:traefik_service_request_errors:ratio_rate5m": {
        'service:traefik_service_request_errors:ratio_rate5m{service="bad"}': 0.25,
        'service:traefik_service_request_errors:ratio_rate5m{service="good"}': 0,
      },
    },
  },
};

export const recordingTime = `${minutes}m`;
