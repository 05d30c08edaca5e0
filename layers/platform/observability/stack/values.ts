// What the chart kube-prometheus-stack is told: only its operator, Prometheus, Alertmanager and Grafana, with strata's rules, jobs and dashboards. Pure.
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import type { ImageParts } from "../../../../lib/chart-images.ts";
import { namespaces, ports, services } from "../../../../names.ts";
import { alertmanagerConfig, alertmanagerStorage } from "../alertmanager/config.ts";
import { prometheusConfig } from "../prometheus/config.ts";
import type { ScrapeConfig } from "../prometheus/scrape-kubernetes.ts";
import { type RuleGroup, ruleFile } from "../rules/types.ts";
import { type GrafanaValuesArgs, grafanaValues } from "./grafana-values.ts";
import { claim, image, requests, scraped } from "./parts.ts";

/** Programs that the release runs. */
export type StackProgram =
  | "operator"
  | "configReloader"
  | "webhookCertificate"
  | "prometheus"
  | "alertmanager"
  | "grafana";

export interface StackValuesArgs extends GrafanaValuesArgs {
  readonly config: Pick<ObservabilityConfig, "prometheus" | "alertmanager" | "grafana">;
  /** Name of the cluster: the label `cluster` of every alert. */
  readonly cluster: string;
  readonly controlPlane: "open" | "closed";
  readonly rules: readonly RuleGroup[];
  /** What only some stacks run. */
  readonly jobs?: readonly ScrapeConfig[];
  /** Where links in alerts and notifications point. */
  readonly externalUrls: Readonly<Record<"prometheus" | "alertmanager", string>>;
  readonly images: Readonly<Record<StackProgram, ImageParts>>;
}

/** Name of the PrometheusRule with all groups: one object keeps their order. */
export const ruleName = "strata";

/** The chart's own targets, rules and dashboards; each of them would be there twice, under other names. */
const without = {
  defaultRules: { create: false },
  kubernetesServiceMonitors: { enabled: false },
  // Their labels are what rules and dashboards read, and the port of a node is taken once.
  nodeExporter: { enabled: false },
  kubeStateMetrics: { enabled: false },
};

/** Objects of this kind in any namespace count, not only those with the release's label. */
const everyMonitor = Object.fromEntries(
  ["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"].map((kind) => [
    `${kind}SelectorNilUsesHelmValues`,
    false,
  ]),
);

const operator = ({ images }: StackValuesArgs) => ({
  image: image(images.operator),
  resources: requests({ cpu: "10m", memory: "64Mi", memoryLimit: "256Mi" }),
  serviceMonitor: { selfMonitor: false },
  // The kubelets are scraped node by node.
  kubeletService: { enabled: false },
  kubeletEndpointsEnabled: false,
  prometheusConfigReloader: {
    image: image(images.configReloader),
    resources: requests({ cpu: "10m", memory: "32Mi", memoryLimit: "64Mi" }),
  },
  admissionWebhooks: {
    // A rule that Prometheus could not load is refused where it is written.
    enabled: true,
    patch: {
      image: image(images.webhookCertificate),
      resources: requests({ cpu: "10m", memory: "32Mi", memoryLimit: "64Mi" }),
    },
  },
});

const prometheus = (args: StackValuesArgs) => {
  const { global, scrape_configs, otlp, storage } = prometheusConfig({
    ...args.config.prometheus,
    cluster: args.cluster,
    controlPlane: args.controlPlane,
    ...(args.jobs && { jobs: args.jobs }),
  });
  return {
    service: { enabled: false },
    serviceMonitor: { selfMonitor: false },
    prometheusSpec: {
      image: image(args.images.prometheus),
      portName: "http",
      podMetadata: { annotations: scraped(ports.prometheus) },
      resources: requests({ cpu: "100m", memory: "384Mi", memoryLimit: "1Gi" }),
      externalUrl: args.externalUrls.prometheus,
      externalLabels: global.external_labels,
      // One replica: these would be labels that no rule and no dashboard knows.
      prometheusExternalLabelNameClear: true,
      replicaExternalLabelNameClear: true,
      scrapeInterval: global.scrape_interval,
      scrapeTimeout: global.scrape_timeout,
      evaluationInterval: global.evaluation_interval,
      retention: storage.tsdb.retention.time,
      retentionSize: storage.tsdb.retention.size,
      tsdb: { outOfOrderTimeWindow: storage.tsdb.out_of_order_time_window },
      exemplars: { maxSize: storage.exemplars.max_exemplars },
      enableFeatures: ["exemplar-storage"],
      enableRemoteWriteReceiver: true,
      enableOTLPReceiver: true,
      otlp: { promoteResourceAttributes: otlp.promote_resource_attributes },
      alertingEndpoints: [
        { namespace: namespaces.observability, name: services.alertmanager, port: "http", apiVersion: "v2" },
      ],
      additionalScrapeConfigs: scrape_configs,
      storageSpec: claim(args.config.prometheus.storage),
      // Not ready while it replays its log, which can be long after a crash.
      maximumStartupDurationSeconds: 300,
      terminationGracePeriodSeconds: 60,
      enableServiceLinks: false,
      ...everyMonitor,
    },
  };
};

const alertmanager = (args: StackValuesArgs) => ({
  service: { enabled: false },
  serviceMonitor: { selfMonitor: false },
  serviceAccount: { automountServiceAccountToken: false },
  // The chart's own template files are not there.
  config: { ...alertmanagerConfig(args.config.alertmanager.webhook), templates: [] },
  alertmanagerSpec: {
    image: image(args.images.alertmanager),
    portName: "http",
    podMetadata: { annotations: scraped(ports.alertmanager) },
    resources: requests({ cpu: "10m", memory: "32Mi", memoryLimit: "128Mi" }),
    externalUrl: args.externalUrls.alertmanager,
    retention: args.config.alertmanager.retention,
    storage: claim(alertmanagerStorage),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  },
});

export const stackValues = (args: StackValuesArgs): pulumi.Inputs => ({
  ...without,
  additionalPrometheusRulesMap: { [ruleName]: ruleFile(args.rules) },
  prometheusOperator: operator(args),
  prometheus: prometheus(args),
  alertmanager: alertmanager(args),
  grafana: grafanaValues(args),
});
