// Scraping of Kubernetes itself: API server, kubelets, control plane, kube-proxy and DNS.
import { copy, drop, dropSeries, keep, podAddress, podLabels, type RelabelRule } from "./relabel.ts";

export interface ScrapeConfig {
  readonly job_name: string;
  readonly kubernetes_sd_configs: readonly object[];
  readonly relabel_configs: readonly RelabelRule[];
  readonly metric_relabel_configs?: readonly RelabelRule[];
  readonly [key: string]: unknown;
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Sent to Kubernetes' own components and to OpenBao's operator only: an app that is scraped with the token could use it. */
export const authorization = { credentials_file: `${serviceAccount}/token` };

/** Equal in every job, so that Prometheus keeps one watch on pods for all of them. */
export const podDiscovery = [{ role: "pod" }];

// Histograms of clients, queues and storage inside the components, and lists of feature gates: series that nothing here reads.
const noise = [
  "(rest_client|workqueue|storage_operation|csi_operations|scheduler_plugin|prober_probe|authentication|authorization)_.*_bucket",
  "kubelet_(runtime_operations|cgroup_manager|http_requests|pod_worker|image_pull)_.*_bucket",
  "apiserver_(request_body|watch|audit|storage|cache|crd|cel|delegated|encryption|envelope|webhooks|admission)_.*_bucket",
  "(etcd_request|etcd_lease|go|process)_.*_bucket",
  "apiserver_(flowcontrol|request_sli|response_sizes)_.*",
  "grpc_server_.*|kubernetes_feature_enabled",
];

const apiServer: ScrapeConfig = {
  job_name: "apiserver",
  // Every replica by itself: through the Service's address, counters of several would be mixed into one.
  kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: ["default"] } }],
  scheme: "https",
  authorization,
  tls_config: { ca_file: `${serviceAccount}/ca.crt`, server_name: "kubernetes" },
  relabel_configs: [
    keep(["endpointslice_label_kubernetes_io_service_name", "endpointslice_port_name"], "kubernetes;https"),
  ],
  metric_relabel_configs: [
    dropSeries(...noise),
    {
      source_labels: ["__name__", "le"],
      // Half of the buckets are as good for a 99th percentile; 1 and 5 seconds stay.
      regex:
        "apiserver_request_duration_seconds_bucket;(0\\.005|0\\.025|0\\.2|0\\.6|0\\.8|1\\.25|1\\.5|3|4|6|8|15|20|30|45)(\\.0)?",
      action: "drop",
    },
  ],
};

const kubelet = (path: string, metricRules: readonly RelabelRule[]): ScrapeConfig => ({
  job_name: `kubelet${path.replace("/metrics", "").replace("/", "-")}`,
  kubernetes_sd_configs: [{ role: "node" }],
  scheme: "https",
  metrics_path: path,
  // Straight to the node: the way through the API server needs the right nodes/proxy, which can run commands in any pod.
  authorization,
  // Kubelets of kubeadm and kind sign their serving certificates themselves, so there is no CA to check them with.
  tls_config: { insecure_skip_verify: true },
  relabel_configs: [
    { target_label: "job", replacement: "kubelet" },
    { target_label: "metrics_path", replacement: path },
    copy("node_name", "node"),
  ],
  metric_relabel_configs: metricRules,
});

const kubelets: ScrapeConfig[] = [
  kubelet("/metrics", [dropSeries(...noise)]),
  kubelet("/metrics/cadvisor", [
    dropSeries(
      "container_(last_seen|start_time_seconds|tasks_state|processes|threads|threads_max|sockets|file_descriptors|ulimits_soft)",
      "container_(spec|perf|llc|hugetlb|blkio|network_tcp|network_tcp6|network_udp|network_udp6|network_advance_tcp)_.*",
      "container_cpu_(load|schedstat|system_seconds|user_seconds)_.*",
      "container_memory_(failures_total|failcnt|mapped_file|kernel_usage|max_usage_bytes|migrate|numa_pages|swap)",
      "container_fs_(inodes|io|sector|read_seconds|reads_merged|write_seconds|writes_merged).*",
    ),
    // cgroups above pods repeat what the pods under them say; only the node's own is kept.
    { source_labels: ["id", "pod"], regex: "/.+;", action: "drop" },
  ]),
  kubelet("/metrics/probes", [dropSeries("prober_probe_duration_seconds_bucket")]),
];

interface Component {
  readonly job: string;
  /** Pod label and its value, without the prefix of discovered labels. */
  readonly label: readonly [string, string];
  readonly port: number;
  readonly scheme: "http" | "https";
}

const dns: Component = { job: "coredns", label: ["k8s_app", "kube-dns"], port: 9153, scheme: "http" };

const controlPlane: Component[] = [
  {
    job: "kube-controller-manager",
    label: ["component", "kube-controller-manager"],
    port: 10257,
    scheme: "https",
  },
  { job: "kube-scheduler", label: ["component", "kube-scheduler"], port: 10259, scheme: "https" },
  { job: "etcd", label: ["component", "etcd"], port: 2381, scheme: "http" },
  { job: "kube-proxy", label: ["k8s_app", "kube-proxy"], port: 10249, scheme: "http" },
];

const component = ({ job, label: [name, value], port, scheme }: Component): ScrapeConfig => ({
  job_name: job,
  kubernetes_sd_configs: podDiscovery,
  scheme,
  ...(scheme === "https" && { authorization, tls_config: { insecure_skip_verify: true } }),
  relabel_configs: [
    keep(["namespace", `pod_label_${name}`], `kube-system;${value}`),
    keep(["pod_phase"], "Running"),
    ...podAddress(port),
    ...podLabels,
  ],
  metric_relabel_configs: [dropSeries(...noise)],
});

/** Leaves out the pods that have a job of their own here, so that an annotation on them gives no second target. */
export const notComponents: RelabelRule[] = [dns, ...controlPlane].map(({ label: [name, value] }) =>
  drop(["namespace", `pod_label_${name}`], `kube-system;${value}`),
);

/**
 * @param args.controlPlane open: its components listen on their node's address, as in clusters that strata makes.
 * closed: they are managed, or bound to localhost as kubeadm does, so that a target for them would be down for ever.
 */
export const kubernetesJobs = (args: { readonly controlPlane: "open" | "closed" }): ScrapeConfig[] => [
  apiServer,
  ...kubelets,
  component(dns),
  ...(args.controlPlane === "open" ? controlPlane.map(component) : []),
];
