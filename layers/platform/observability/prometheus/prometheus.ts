// Prometheus: scrapes, evaluates the rules, and takes metrics by OTLP and remote write. One pod, strata's own or an operator's.
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows, type Flows, type Peer } from "../../../../lib/network-policy.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../../names.ts";
import type { RuleGroup } from "../rules/types.ts";
import { createWebService, type RunBy } from "../web-service.ts";
import type { ScrapeConfig } from "./scrape-kubernetes.ts";
import { createPrometheusWorkload } from "./workload.ts";

export interface PrometheusArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["prometheus"];
  readonly rules: readonly RuleGroup[];
  /** What only some stacks run. */
  readonly jobs?: readonly ScrapeConfig[];
  /** Name of the cluster: the label `cluster` of every alert. */
  readonly cluster: string;
  /** nodePort: reachable from 127.0.0.1 of the user's machine. cluster: from inside only. */
  readonly exposure: "nodePort" | "cluster";
  /** Who comes to its page beside pods of the namespace and NodePorts. Default: nobody. */
  readonly visitors?: readonly Peer[];
  /** Ports of the pod network's programs on the nodes that ask to be scraped. Default: none. */
  readonly nodeMetrics?: readonly number[];
  /** Whether the control plane's components listen where they can be scraped; see kubernetesJobs. */
  readonly controlPlane: "open" | "closed";
  /** Default: strata. operator: its pod is not made here, but has the same labels, port name and port. */
  readonly runBy?: RunBy;
}

/** Ports of nodes: API server, kubelet, node-exporter, the pod network; control plane and kube-proxy. Pods may be scraped on any port. */
const nodeTargets = ({ controlPlane, nodeMetrics = [] }: PrometheusArgs): number[] => [
  443,
  6443,
  10250,
  ports.nodeExporter,
  ...nodeMetrics,
  ...(controlPlane === "open" ? [10257, 10259, 2381, 10249] : []),
];

const flows = (args: PrometheusArgs): Flows => ({
  ingress: [
    {
      peers:
        args.exposure === "nodePort"
          ? ["anywhere"]
          : [{ namespace: namespaces.observability }, ...(args.visitors ?? [])],
      ports: [ports.prometheus],
    },
  ],
  egress: [
    { peers: ["pods"], ports: [] },
    { peers: ["anywhere"], ports: nodeTargets(args) },
  ],
});

export class Prometheus extends Component {
  /** http://host:9090 inside the cluster. A plain address: whoever sends or asks retries. */
  readonly url: string;
  /** Where links in alerts point. */
  readonly externalUrl: string;

  constructor(name: string, args: PrometheusArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Prometheus", name, options);
    const child = { parent: this };
    const workload = services.prometheus;
    this.url = `http://${host(workload, namespaces.observability)}:${ports.prometheus}`;
    this.externalUrl = args.exposure === "nodePort" ? `http://localhost:${nodePorts.prometheus}` : this.url;

    if ((args.runBy ?? "strata") === "strata")
      createPrometheusWorkload(name, { ...args, externalUrl: this.externalUrl }, child);
    createWebService(name, { ...args, workload, port: ports.prometheus, nodePort: nodePorts.prometheus }, child);
    allowFlows(name, { namespace: args.namespace, workload, flows: flows(args) }, child);
    this.registerOutputs({ url: this.url });
  }
}
