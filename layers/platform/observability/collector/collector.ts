// The OpenTelemetry collectors: a gateway that applications send to, and an agent on every node that reads the pods' logs.
import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource, TelemetryHandle } from "../../../../lib/handles.ts";
import { allowFlows, type Flow } from "../../../../lib/network-policy.ts";
import { checksum, metadata, selector, skipAwait, workloadTimeouts } from "../../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../../names.ts";
import { agentConfig } from "./agent.ts";
import { gatewayConfig } from "./gateway.ts";
import { agentPod, gatewayPod } from "./pods.ts";

export interface CollectorArgs {
  readonly images: ImageSource;
  /** Namespace of the gateway. */
  readonly namespace: pulumi.Input<string>;
  /** Namespace of the node agents; its pod security level must allow hostPath volumes. */
  readonly agentNamespace: pulumi.Input<string>;
  /** What follows the pods' logs on every node; another than otel is made by LogAgent. */
  readonly agent: ObservabilityConfig["logs"]["agent"];
}

const observability = namespaces.observability;
const address = (service: string, port: number) => `${host(service, observability)}:${port}`;

const scrape: Flow = {
  peers: [{ namespace: observability, workload: services.prometheus }],
  ports: [ports.collectorMetrics],
};

export class Collector extends Component {
  /** Where applications send their telemetry. */
  readonly telemetry: TelemetryHandle;

  constructor(name: string, args: CollectorArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Collector", name, options);
    this.gateway(`${name}-gateway`, args);
    if (args.agent === "otel") this.agent(`${name}-agent`, args);
    this.telemetry = {
      namespace: observability,
      otlpGrpc: `http://${address(services.collector, ports.otlpGrpc)}`,
      otlpHttp: `http://${address(services.collector, ports.otlpHttp)}`,
    };
    this.registerOutputs({ otlpGrpc: this.telemetry.otlpGrpc, otlpHttp: this.telemetry.otlpHttp });
  }

  private gateway(name: string, args: CollectorArgs): void {
    const child = { parent: this };
    const workload = services.collector;
    const text = JSON.stringify(
      gatewayConfig({
        tempo: address(services.tempo, ports.otlpGrpc),
        prometheusUrl: `http://${address(services.prometheus, ports.prometheus)}`,
        lokiUrl: `http://${address(services.loki, ports.loki)}`,
      }),
      null,
      2,
    );
    const configMap = new ConfigMap(
      name,
      { metadata: metadata(workload, args.namespace), data: { "config.yaml": text } },
      child,
    );
    new Deployment(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          replicas: 1,
          selector: { matchLabels: selector(workload) },
          template: gatewayPod({
            image: args.images.reference("otelCollector"),
            configMap: configMap.metadata.name,
            checksum: checksum(text),
          }),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );
    new Service(
      name,
      {
        metadata: metadata(workload, args.namespace, { annotations: skipAwait }),
        spec: {
          selector: selector(workload),
          ports: [
            { name: "otlp-grpc", port: ports.otlpGrpc, targetPort: "otlp-grpc", appProtocol: "kubernetes.io/h2c" },
            { name: "otlp-http", port: ports.otlpHttp, targetPort: "otlp-http" },
          ],
        },
      },
      child,
    );
    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: {
          // Any pod may send telemetry, and nobody outside: what pods of others speak is in no stack file.
          ingress: [{ peers: ["pods"], ports: [ports.otlpGrpc, ports.otlpHttp] }, scrape],
          egress: [
            { peers: [{ namespace: observability, workload: services.tempo }], ports: [ports.otlpGrpc] },
            { peers: [{ namespace: observability, workload: services.prometheus }], ports: [ports.prometheus] },
            { peers: [{ namespace: observability, workload: services.loki }], ports: [ports.loki] },
          ],
        },
      },
      child,
    );
  }

  private agent(name: string, args: CollectorArgs): void {
    const child = { parent: this };
    const workload = services.agent;
    const text = JSON.stringify(
      agentConfig({
        gateway: address(services.collector, ports.otlpGrpc),
        namespace: namespaces.nodeAgents,
        workload,
      }),
      null,
      2,
    );
    const configMap = new ConfigMap(
      name,
      { metadata: metadata(workload, args.agentNamespace), data: { "config.yaml": text } },
      child,
    );
    new DaemonSet(
      name,
      {
        metadata: metadata(workload, args.agentNamespace),
        spec: {
          selector: { matchLabels: selector(workload) },
          template: agentPod({
            image: args.images.reference("otelCollector"),
            configMap: configMap.metadata.name,
            checksum: checksum(text),
          }),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );
    allowFlows(
      name,
      {
        namespace: args.agentNamespace,
        workload,
        flows: {
          ingress: [scrape],
          egress: [{ peers: [{ namespace: observability, workload: services.collector }], ports: [ports.otlpGrpc] }],
        },
      },
      child,
    );
  }
}
