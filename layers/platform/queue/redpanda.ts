// Redpanda: a Kafka-compatible queue of one broker, with its console. Only where the stack file asks for it.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { QueueConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import { createDataServer } from "../../../lib/data-server.ts";
import type { ImageSource, QueueHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows, type Peer } from "../../../lib/network-policy.ts";
import { dataClaim, metadata, podTemplate, selector, skipAwait, workloadTimeouts } from "../../../lib/workload.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../names.ts";
import { brokerPod, consolePod } from "./redpanda-pod.ts";

export interface RedpandaArgs {
  readonly images: ImageSource;
  readonly config: QueueConfig;
  /** Whether the console gets a NodePort: ClusterHandle.nodePorts. */
  readonly nodePorts: boolean;
  /** Who may produce and consume: namespaces or workloads. Default: nobody. */
  readonly clients?: readonly Peer[];
}

export class Redpanda extends Component implements QueueHandle {
  readonly namespace = namespaces.messaging;
  readonly brokers: pulumi.Output<string>;
  /** Name of the namespace. Waits for it. */
  readonly space: pulumi.Output<string>;

  constructor(name: string, args: RedpandaArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Redpanda", name, options);
    const { config } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const awaited = { ...child, customTimeouts: workloadTimeouts };
    const namespace = createNamespace(name, { name: namespaces.messaging }, child);
    this.space = namespace;
    const address = host(services.redpanda, namespaces.messaging);
    const headless = `${services.redpanda}-headless`;

    const broker = createDataServer(
      name,
      {
        workload: services.redpanda,
        namespace,
        serviceName: headless,
        pod: brokerPod({ config, image: args.images.reference("redpanda"), address }),
        claims: [dataClaim(config.storage)],
      },
      child,
    );
    this.brokers = broker.metadata.name.apply(() => `${address}:${ports.kafka}`);
    for (const [suffix, clusterIP] of [["", undefined] as const, ["-headless", "None"] as const])
      new Service(
        `${name}${suffix}`,
        {
          metadata: metadata(`${services.redpanda}${suffix}`, namespace, {
            workload: services.redpanda,
            annotations: skipAwait,
          }),
          spec: {
            selector: selector(services.redpanda),
            ports: [
              { name: "kafka", port: ports.kafka, targetPort: ports.kafka },
              { name: "admin", port: ports.redpandaAdmin, targetPort: ports.redpandaAdmin },
            ],
            ...(clusterIP && { clusterIP }),
          },
        },
        child,
      );

    const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };
    const consolePeer: Peer = { namespace: this.namespace, workload: services.redpandaConsole };
    const ingress = [
      { peers: [...(args.clients ?? []), ...(config.console ? [consolePeer] : [])], ports: [ports.kafka] },
      { peers: [prometheus, ...(config.console ? [consolePeer] : [])], ports: [ports.redpandaAdmin] },
    ].filter(({ peers }) => peers.length > 0);
    allowFlows(name, { namespace, workload: services.redpanda, flows: { ingress } }, child);

    if (config.console) {
      new Deployment(
        `${name}-console`,
        {
          metadata: metadata(services.redpandaConsole, namespace),
          spec: {
            replicas: 1,
            selector: { matchLabels: selector(services.redpandaConsole) },
            template: podTemplate(
              consolePod({
                image: args.images.reference("redpandaConsole"),
                brokers: this.brokers,
                adminUrl: `http://${address}:${ports.redpandaAdmin}`,
              }),
            ),
          },
        },
        awaited,
      );
      const port = { name: "http", port: ports.redpandaConsole, targetPort: ports.redpandaConsole };
      new Service(
        `${name}-console`,
        {
          metadata: metadata(services.redpandaConsole, namespace, { annotations: skipAwait }),
          spec: {
            selector: selector(services.redpandaConsole),
            type: args.nodePorts ? "NodePort" : "ClusterIP",
            ports: [{ ...port, ...(args.nodePorts && { nodePort: nodePorts.redpandaConsole }) }],
          },
        },
        child,
      );
      const egress = [
        {
          peers: [{ namespace: this.namespace, workload: services.redpanda }],
          ports: [ports.kafka, ports.redpandaAdmin],
        },
      ];
      const visitors: Peer[] = args.nodePorts ? ["anywhere"] : [prometheus];
      allowFlows(
        `${name}-console`,
        {
          namespace,
          workload: services.redpandaConsole,
          flows: { ingress: [{ peers: visitors, ports: [ports.redpandaConsole] }], egress },
        },
        child,
      );
    }
    this.registerOutputs({ namespace: this.namespace, brokers: this.brokers });
  }
}
