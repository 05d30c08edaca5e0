// Prometheus' configuration file and command line as data.
import { mebibytes } from "../../../../lib/quantity.ts";
import { host, namespaces, ports, services } from "../../../../names.ts";
import { kubernetesJobs, type ScrapeConfig } from "./scrape-kubernetes.ts";
import { podJobs } from "./scrape-pods.ts";

export interface PrometheusConfigArgs {
  /** Label `cluster` of everything that leaves this Prometheus: alerts and remote reads. */
  readonly cluster: string;
  /** How long samples are kept: whole seconds, minutes or hours. */
  readonly retention: string;
  /** Size of the volume, with its unit. */
  readonly storage: string;
  /** Between two scrapes of a target, and between two evaluations of a rule. */
  readonly scrapeInterval: string;
  readonly controlPlane: "open" | "closed";
  /** What only some stacks run, beside Kubernetes and annotated pods. */
  readonly jobs?: readonly ScrapeConfig[];
}

/**
 * Size at which Prometheus deletes its oldest blocks: four fifths of the volume, in its own spelling.
 * Blocks being compacted exist twice for a while, so a limit at the volume's size would fill it.
 */
export const retentionSize = (storage: string): string => `${Math.floor(mebibytes(storage) * 0.8)}MB`;

const seconds = (duration: string): number => {
  const factor = { s: 1, m: 60, h: 3600 }[duration.slice(-1)] ?? Number.NaN;
  return Number.parseInt(duration, 10) * factor;
};

export const prometheusConfig = (args: PrometheusConfigArgs) => ({
  global: {
    scrape_interval: args.scrapeInterval,
    scrape_timeout: `${Math.min(10, seconds(args.scrapeInterval))}s`,
    evaluation_interval: args.scrapeInterval,
    external_labels: { cluster: args.cluster },
  },
  rule_files: ["/etc/prometheus/rules.yaml"],
  alerting: {
    alertmanagers: [
      {
        static_configs: [
          { targets: [`${host(services.alertmanager, namespaces.observability)}:${ports.alertmanager}`] },
        ],
      },
    ],
  },
  scrape_configs: [...kubernetesJobs(args), ...podJobs, ...(args.jobs ?? [])],
  otlp: {
    // The collector knows these of every sender; other resource attributes stay on target_info.
    promote_resource_attributes: ["k8s.namespace.name", "k8s.pod.name", "deployment.environment.name"],
  },
  storage: {
    tsdb: {
      // What is pushed (OTLP, remote write) comes late after a retry; without a window it would be refused.
      out_of_order_time_window: "30m",
      retention: { time: args.retention, size: retentionSize(args.storage) },
    },
    exemplars: { max_exemplars: 20_000 },
  },
});

/** Command line. `externalUrl` is where links in alerts point. */
export const prometheusArgs = (externalUrl: string): string[] => [
  "--config.file=/etc/prometheus/prometheus.yaml",
  "--storage.tsdb.path=/prometheus",
  `--web.listen-address=:${ports.prometheus}`,
  `--web.external-url=${externalUrl}`,
  "--web.enable-remote-write-receiver",
  "--web.enable-otlp-receiver",
  "--enable-feature=exemplar-storage",
];
