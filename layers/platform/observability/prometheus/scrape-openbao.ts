// Scraping of OpenBao's operator, which knows of clusters, backups, restores and upgrades. Only in stacks that have one.
import { labels, namespaces, ports, services } from "../../../../names.ts";
import { keep, podAddress, podLabels } from "./relabel.ts";
import { authorization, podDiscovery, type ScrapeConfig } from "./scrape-kubernetes.ts";

const podLabel = (label: string): string => `pod_label_${label.replaceAll(/[./-]/g, "_")}`;

/** Label `job` of the operator's series. */
export const openbaoJob = services.openbaoOperator;

/** The controller alone: the provisioner knows of no cluster. */
export const openbaoJobs: readonly ScrapeConfig[] = [
  {
    job_name: openbaoJob,
    kubernetes_sd_configs: podDiscovery,
    scheme: "https",
    // It asks the API server whether this token may GET /metrics, a right that Prometheus has anyway.
    authorization,
    // The operator signs its certificate in memory at each start, so there is no CA to check it with. A pod in its place would get the token:
    // only who may make pods in the operator's namespace can put one there.
    tls_config: { insecure_skip_verify: true },
    // Its labels namespace and name are those of a cluster; the target's own would hide them.
    honor_labels: true,
    relabel_configs: [
      keep(
        ["namespace", podLabel(labels.name), podLabel(labels.component)],
        `${namespaces.openbaoOperator};${services.openbaoOperator};controller`,
      ),
      keep(["pod_phase"], "Running"),
      ...podAddress(ports.openbaoOperatorMetrics),
      ...podLabels,
    ],
  },
];
