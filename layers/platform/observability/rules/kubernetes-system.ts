// Alerts on Kubernetes itself: API server, kubelets, nodes, control plane and DNS.
import type { AlertRule, RuleGroup } from "./types.ts";

const apiServer: AlertRule[] = [
  {
    alert: "KubeApiDown",
    expr: `absent(up{job="apiserver"} == 1)`,
    for: "5m",
    severity: "critical",
    summary: "The API server can't be scraped",
    description: "Nothing in the cluster can be changed, and Prometheus will lose its targets.",
  },
  {
    alert: "KubeApiErrorsHigh",
    expr: `sum(rate(apiserver_request_total{code=~"5.."}[5m])) / sum(rate(apiserver_request_total[5m])) > 0.03`,
    for: "10m",
    severity: "warning",
    summary: "The API server answers with errors",
    description: "{{ $value | humanizePercentage }} of the requests to the API server fail with a 5xx code.",
  },
  {
    alert: "KubeApiLatencyHigh",
    expr: `verb:apiserver_request_duration_seconds:p99_rate5m > 1`,
    for: "10m",
    severity: "warning",
    summary: "The API server is slow to {{ $labels.verb }}",
    description: "The 99th percentile of {{ $labels.verb }} requests takes {{ $value | humanizeDuration }}.",
  },
  {
    alert: "KubeClientCertificateExpiring",
    // Of the certificates that clients showed in the last minutes, the one with the least time left.
    expr: `histogram_quantile(0.01, sum by (le) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m]))) < 604800`,
    for: "5m",
    severity: "warning",
    summary: "A client certificate of the API server expires soon",
    description: "A certificate that a client uses is valid for less than seven days.",
  },
  {
    alert: "KubeAggregatedApiDown",
    expr: "max by (name) (aggregator_unavailable_apiservice) == 1",
    for: "10m",
    severity: "warning",
    summary: "Aggregated API {{ $labels.name }} does not answer",
    description: "Requests for that API fail, and namespaces can't be deleted while it is unavailable.",
  },
];

const kubelet: AlertRule[] = [
  {
    alert: "KubeletDown",
    expr: `max by (node) (up{job="kubelet", metrics_path="/metrics"}) == 0`,
    for: "5m",
    severity: "critical",
    summary: "The kubelet of {{ $labels.node }} can't be scraped",
    description: "Pods of node {{ $labels.node }} may be running, but nobody looks after them.",
  },
  {
    alert: "KubeletClientCertificateExpiring",
    expr: "min by (node) (kubelet_certificate_manager_client_ttl_seconds) < 604800",
    severity: "warning",
    summary: "The client certificate of {{ $labels.node }} expires soon",
    description: "The kubelet should have renewed it; {{ $value | humanizeDuration }} are left.",
  },
];

const nodes: AlertRule[] = [
  {
    alert: "KubeNodeNotReady",
    expr: `max by (node) (kube_node_status_condition{condition="Ready", status="true"}) == 0`,
    for: "10m",
    severity: "critical",
    summary: "Node {{ $labels.node }} is not ready",
    description: "The node takes no new pods, and those on it are being moved where that is possible.",
  },
  {
    alert: "KubeNodePressure",
    expr: `max by (node, condition) (kube_node_status_condition{condition=~"(Memory|Disk|PID)Pressure", status="true"}) == 1`,
    for: "5m",
    severity: "warning",
    summary: "Node {{ $labels.node }} reports {{ $labels.condition }}",
    description: "The kubelet evicts pods to free what is short.",
  },
];

const controlPlane = `job=~"kube-controller-manager|kube-scheduler|kube-proxy|coredns|etcd"`;

const components: AlertRule[] = [
  {
    alert: "KubeComponentDown",
    // Only what has answered before: a managed cluster shows none of these, and no alert may fire for that.
    expr: `group by (job) (max_over_time(up{${controlPlane}}[1d]) == 1) unless group by (job) (up{${controlPlane}} == 1)`,
    for: "5m",
    severity: "critical",
    summary: "No {{ $labels.job }} answers any more",
    description: "{{ $labels.job }} answered within the last day, and now no instance of it does.",
  },
  {
    alert: "CoreDnsErrorsHigh",
    expr: `sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum(rate(coredns_dns_responses_total[5m])) > 0.03`,
    for: "10m",
    severity: "warning",
    summary: "DNS look-ups fail",
    description: "CoreDNS answers {{ $value | humanizePercentage }} of the look-ups with SERVFAIL.",
  },
];

export const kubernetesSystem: RuleGroup = {
  name: "kubernetes-system",
  recording: [
    {
      record: "verb:apiserver_request_duration_seconds:p99_rate5m",
      // Watches and streams last as long as the client likes, so they say nothing about speed.
      expr: `
        histogram_quantile(0.99, sum by (verb, le) (rate(apiserver_request_duration_seconds_bucket{
          verb=~"GET|POST|PUT|PATCH|APPLY|DELETE", subresource!~"log|exec|attach|portforward|proxy"}[5m])))`,
    },
  ],
  alerts: [...apiServer, ...kubelet, ...nodes, ...components],
};
