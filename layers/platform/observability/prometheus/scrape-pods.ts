// Scraping of pods that ask for it by annotation, and of kube-state-metrics, whose series speak of other pods than itself.
import { labels, namespaces, services } from "../../../../names.ts";
import { annotatedAddress, copy, drop, keep, podLabels } from "./relabel.ts";
import { notComponents, podDiscovery, type ScrapeConfig } from "./scrape-kubernetes.ts";

const annotation = (name: string): string => `pod_annotation_prometheus_io_${name}`;
const nameLabel = `pod_label_${labels.name.replaceAll(/[./-]/g, "_")}`;

/**
 * One job for all annotated pods. `job` becomes app.kubernetes.io/name.
 * A pod without prometheus.io/port is left out: guessing would make targets that are down.
 */
const annotated: ScrapeConfig = {
  job_name: "pods",
  kubernetes_sd_configs: podDiscovery,
  // A pod that sends more is broken or hostile; its scrape fails, and PrometheusScrapeLimitReached says so.
  sample_limit: 50_000,
  body_size_limit: "32MB",
  relabel_configs: [
    keep([annotation("scrape")], "true"),
    // A completed pod keeps its annotations and its address.
    keep(["pod_phase"], "Running"),
    ...notComponents,
    drop([nameLabel], services.kubeStateMetrics),
    keep([annotation("port")], "\\d+"),
    ...annotatedAddress,
    copy(annotation("path"), "__metrics_path__"),
    copy(annotation("scheme"), "__scheme__"),
    ...podLabels,
    copy("pod_label_k8s_app", "job"),
    copy("pod_label_app", "job"),
    copy(nameLabel, "job"),
  ],
};

const kubeStateMetrics = (job: string, portName: string, own: boolean): ScrapeConfig => ({
  job_name: job,
  kubernetes_sd_configs: podDiscovery,
  // Its labels namespace, pod and node are what the series are about; the target's own would hide them.
  ...(!own && { honor_labels: true }),
  relabel_configs: [
    keep(
      ["namespace", nameLabel, "pod_container_port_name"],
      `${namespaces.observability};${services.kubeStateMetrics};${portName}`,
    ),
    keep(["pod_phase"], "Running"),
    ...(own ? podLabels : []),
  ],
});

export const podJobs: ScrapeConfig[] = [
  annotated,
  kubeStateMetrics(services.kubeStateMetrics, "http", false),
  kubeStateMetrics(`${services.kubeStateMetrics}-self`, "telemetry", true),
];
