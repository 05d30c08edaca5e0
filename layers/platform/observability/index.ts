// Metrics, logs and traces: two namespaces, and services that each wait for what they use and for nothing else.
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle, ObjectStoreHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { namespaces, services } from "../../../names.ts";
import type { Visitors } from "../../network/visitors.ts";
import { Alertmanager } from "./alertmanager/alertmanager.ts";
import { Collector } from "./collector/collector.ts";
import type { Dashboard } from "./dashboards/model.ts";
import { KubeStateMetrics } from "./exporters/kube-state-metrics.ts";
import { NodeExporter } from "./exporters/node-exporter.ts";
import { Grafana } from "./grafana/grafana.ts";
import { LogAgent, logAgentName } from "./logs/log-agent.ts";
import { Loki } from "./loki/loki.ts";
import { Prometheus } from "./prometheus/prometheus.ts";
import type { ScrapeConfig } from "./prometheus/scrape-kubernetes.ts";
import type { RuleGroup } from "./rules/types.ts";
import { KubePrometheusStack } from "./stack/kube-prometheus-stack.ts";
import { Tempo } from "./tempo/tempo.ts";

/** Buckets that the object store must have been constructed with. */
export const lokiBucket = "loki-chunks";
export const tempoBucket = "tempo-traces";
export const observabilityBuckets: readonly string[] = [lokiBucket, tempoBucket];

export interface ObservabilityArgs {
  readonly cluster: ClusterHandle;
  readonly config: ObservabilityConfig;
  /** Only Loki and Tempo wait for it. */
  readonly objectStore: ObjectStoreHandle;
  /** Alerts and recorded series: ruleGroupsOf. */
  readonly rules: readonly RuleGroup[];
  /** Who comes to the pages beside pods of the namespace and NodePorts. Default: nobody. */
  readonly visitors?: Visitors;
  /** Ports of the pod network's programs on the nodes that ask to be scraped. Default: none. */
  readonly nodeMetrics?: readonly number[];
  /** Of Grafana at the edge. Left out: it is not there. */
  readonly grafanaUrl?: string;
  /** Scrape jobs of what only some stacks run. */
  readonly jobs?: readonly ScrapeConfig[];
  /** Default: those of every stack. */
  readonly dashboards?: readonly Dashboard[];
}

export class Observability extends Component {
  readonly grafana: Grafana;
  /** Waits for the namespace of the pages. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: ObservabilityArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Observability", name, options);
    const { cluster, config, objectStore } = args;
    const { images } = cluster;
    const child = { parent: this };
    const namespace = createNamespace(name, { name: namespaces.observability }, child);
    this.namespace = namespace;
    const agentNamespace = createNamespace(`${name}-agents`, { name: namespaces.nodeAgents }, child);
    const exposure = cluster.nodePorts ? "nodePort" : "cluster";
    const runBy = config.kind === "native" ? "strata" : cluster.simulated ? "simulated operator" : "operator";
    const common = { images, namespace };
    const jobs = args.jobs ?? [];
    // Layer 1 opens the control plane's metrics in the clusters that it makes; nobody knows about others.
    const controlPlane = cluster.local && !cluster.simulated ? "open" : "closed";

    const prometheus = new Prometheus(
      `${name}-prometheus`,
      {
        ...common,
        runBy,
        config: config.prometheus,
        rules: args.rules,
        jobs,
        cluster: cluster.name,
        exposure,
        visitors: args.visitors?.prometheus ?? [],
        nodeMetrics: args.nodeMetrics ?? [],
        controlPlane,
      },
      child,
    );
    const alertmanager = new Alertmanager(
      `${name}-alertmanager`,
      { ...common, runBy, config: config.alertmanager, exposure, visitors: args.visitors?.alertmanager ?? [] },
      child,
    );
    new KubeStateMetrics(`${name}-kube-state-metrics`, common, child);
    new NodeExporter(`${name}-node-exporter`, { images, namespace: agentNamespace }, child);
    const { agent } = config.logs;
    const loki = new Loki(
      `${name}-loki`,
      {
        ...common,
        config: config.loki,
        bucket: objectStore.bucket(lokiBucket, { namespace: namespaces.observability, serviceAccount: services.loki }),
        senders: agent === "otel" ? [] : [{ namespace: namespaces.nodeAgents, workload: logAgentName(agent) }],
      },
      child,
    );
    new Tempo(
      `${name}-tempo`,
      {
        ...common,
        config: config.tempo,
        bucket: objectStore.bucket(tempoBucket, {
          namespace: namespaces.observability,
          serviceAccount: services.tempo,
        }),
        prometheusUrl: prometheus.url,
      },
      child,
    );
    new Collector(`${name}-collector`, { ...common, agentNamespace, agent }, child);
    if (agent !== "otel")
      new LogAgent(`${name}-${agent}`, { images, namespace: agentNamespace, kind: agent, lokiUrl: loki.url }, child);
    this.grafana = new Grafana(
      `${name}-grafana`,
      {
        ...common,
        runBy,
        config: config.grafana,
        nodePorts: cluster.nodePorts,
        visitors: args.visitors?.grafana ?? [],
        scrapeInterval: config.prometheus.scrapeInterval,
        ...(args.grafanaUrl !== undefined && { edgeUrl: args.grafanaUrl }),
        ...(args.dashboards && { dashboards: args.dashboards }),
      },
      child,
    );
    if (config.kind === "kube-prometheus-stack")
      new KubePrometheusStack(
        `${name}-stack`,
        {
          cluster,
          namespace,
          config,
          rules: args.rules,
          jobs,
          controlPlane,
          externalUrls: { prometheus: prometheus.externalUrl, alertmanager: alertmanager.externalUrl },
          setup: this.grafana.setup,
        },
        child,
      );
    this.registerOutputs({ grafana: this.grafana.url ?? "" });
  }
}
