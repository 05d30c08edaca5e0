import { change, constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

/** A histogram in which all of the events fall into one bucket. */
const latency = (metric: string, labels: string, below: string, others: readonly string[] = []): SeriesMap => ({
  [`${metric}_bucket{${labels}le="${below}"}`]: growing(100),
  ...Object.fromEntries(others.map((le) => [`${metric}_bucket{${labels}le="${le}"}`, growing(0)])),
  [`${metric}_bucket{${labels}le="+Inf"}`]: growing(100),
});

const apiLatency = (verb: string, below: string, others: readonly string[]) =>
  latency("apiserver_request_duration_seconds", `verb="${verb}", subresource="", `, below, others);

const ready = (value: string): SeriesMap => ({
  'kube_node_status_condition{node="a", condition="Ready", status="true"}': value,
});

export const kubernetesSystem: RuleCases = {
  KubeApiDown: {
    fires: { series: { 'up{job="apiserver"}': constant(0) }, alerts: [{}] },
    quiet: { series: { 'up{job="apiserver"}': constant(1) } },
  },
  KubeApiErrorsHigh: {
    fires: {
      series: {
        'apiserver_request_total{code="200"}': growing(90),
        'apiserver_request_total{code="504"}': growing(10),
      },
      alerts: [{ value: "10%" }],
    },
    quiet: {
      series: {
        'apiserver_request_total{code="200"}': growing(90),
        'apiserver_request_total{code="404"}': growing(10),
      },
    },
  },
  KubeApiLatencyHigh: {
    fires: {
      series: apiLatency("POST", "10.0", ["1.0", "5.0"]),
      alerts: [{ labels: { verb: "POST" }, value: "9.95s" }],
    },
    // A watch lasts for minutes by design.
    quiet: { series: { ...apiLatency("POST", "0.1", []), ...apiLatency("WATCH", "10.0", ["1.0", "5.0"]) } },
  },
  KubeClientCertificateExpiring: {
    fires: {
      series: latency("apiserver_client_certificate_expiration_seconds", "", "86400.0", ["3600.0"]),
      alerts: [{}],
    },
    quiet: {
      series: latency("apiserver_client_certificate_expiration_seconds", "", "3.1104e+07", ["604800.0", "2.592e+06"]),
    },
  },
  KubeAggregatedApiDown: {
    fires: {
      series: { 'aggregator_unavailable_apiservice{name="v1beta1.metrics.k8s.io"}': constant(1) },
      alerts: [{ labels: { name: "v1beta1.metrics.k8s.io" } }],
    },
    quiet: { series: { 'aggregator_unavailable_apiservice{name="v1beta1.metrics.k8s.io"}': constant(0) } },
  },
  KubeletDown: {
    fires: {
      series: { 'up{job="kubelet", metrics_path="/metrics", node="a"}': constant(0) },
      alerts: [{ labels: { node: "a" } }],
    },
    quiet: {
      series: {
        'up{job="kubelet", metrics_path="/metrics", node="a"}': constant(1),
        'up{job="kubelet", metrics_path="/metrics/probes", node="a"}': constant(0),
      },
    },
  },
  KubeletClientCertificateExpiring: {
    fires: {
      series: { 'kubelet_certificate_manager_client_ttl_seconds{node="a"}': constant(86400) },
      alerts: [{ labels: { node: "a" }, value: "1d 0h 0m 0s" }],
    },
    quiet: { series: { 'kubelet_certificate_manager_client_ttl_seconds{node="a"}': constant(8640000) } },
  },
  KubeNodeNotReady: {
    fires: { series: ready(constant(0)), alerts: [{ labels: { node: "a" } }] },
    quiet: { series: ready(constant(1)) },
  },
  KubeNodePressure: {
    fires: {
      series: { 'kube_node_status_condition{node="a", condition="DiskPressure", status="true"}': constant(1) },
      alerts: [{ labels: { node: "a", condition: "DiskPressure" } }],
    },
    quiet: {
      series: {
        ...ready(constant(1)),
        'kube_node_status_condition{node="a", condition="DiskPressure", status="true"}': constant(0),
      },
    },
  },
  KubeComponentDown: {
    fires: {
      series: { 'up{job="kube-scheduler", instance="a"}': change(60, 1, 0) },
      alerts: [{ labels: { job: "kube-scheduler" } }],
    },
    // Never seen, as on a managed control plane; and one of two replicas left.
    quiet: {
      series: {
        'up{job="kube-scheduler", instance="a"}': constant(0),
        'up{job="etcd", instance="a"}': change(60, 1, 0),
        'up{job="etcd", instance="b"}': constant(1),
      },
    },
  },
  CoreDnsErrorsHigh: {
    fires: {
      series: {
        'coredns_dns_responses_total{rcode="NOERROR"}': growing(90),
        'coredns_dns_responses_total{rcode="SERVFAIL"}': growing(10),
      },
      alerts: [{ value: "10%" }],
    },
    quiet: {
      series: {
        'coredns_dns_responses_total{rcode="NOERROR"}': growing(90),
        'coredns_dns_responses_total{rcode="NXDOMAIN"}': growing(10),
      },
    },
  },
};
