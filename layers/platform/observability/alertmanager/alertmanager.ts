// Alertmanager: groups what Prometheus sends, remembers silences on a volume, and notifies by webhook where one is set.
import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows } from "../../../../lib/network-policy.ts";
import {
  checksum,
  dataClaim,
  httpProbe,
  metadata,
  podManagementPolicy,
  podTemplate,
  selector,
  skipAwait,
  workloadTimeouts,
} from "../../../../lib/workload.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../../names.ts";
import { alertmanagerArgs, alertmanagerConfig } from "./config.ts";

export interface AlertmanagerArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["alertmanager"];
  /** nodePort: reachable from 127.0.0.1 of the user's machine. cluster: from inside only. */
  readonly exposure: "nodePort" | "cluster";
}

export class Alertmanager extends Component {
  /** http://host:9093 inside the cluster. */
  readonly url: string;

  constructor(name: string, args: AlertmanagerArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Alertmanager", name, options);
    const child = { parent: this };
    const workload = services.alertmanager;
    this.url = `http://${host(workload, namespaces.observability)}:${ports.alertmanager}`;
    const open = args.exposure === "nodePort";
    const config = JSON.stringify(alertmanagerConfig(args.config.webhook), null, 1);

    const configMap = new ConfigMap(
      `${name}-config`,
      { metadata: metadata(workload, args.namespace), data: { "alertmanager.yaml": config } },
      child,
    );

    new StatefulSet(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          podManagementPolicy,
          serviceName: workload,
          replicas: 1,
          selector: { matchLabels: selector(workload) },
          template: podTemplate({
            name: workload,
            user: 65534,
            metrics: { port: ports.alertmanager },
            checksum: checksum(config),
            containers: [
              {
                name: workload,
                image: args.images.reference("alertmanager"),
                args: alertmanagerArgs({
                  retention: args.config.retention,
                  externalUrl: open ? `http://localhost:${nodePorts.alertmanager}` : this.url,
                }),
                ports: { http: ports.alertmanager },
                resources: { cpu: "10m", memory: "32Mi", memoryLimit: "128Mi" },
                startup: httpProbe("/-/ready", "http", { periodSeconds: 1, failureThreshold: 60 }),
                readiness: httpProbe("/-/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
                liveness: httpProbe("/-/healthy", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
                mounts: { "/etc/alertmanager": { name: "config", readOnly: true }, "/alertmanager": "data" },
              },
            ],
            volumes: [{ name: "config", configMap: { name: configMap.metadata.name } }],
          }),
          // Silences and notifications sent: a few megabytes at most.
          volumeClaimTemplates: [dataClaim("256Mi")],
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );

    new Service(
      name,
      {
        metadata: metadata(workload, args.namespace, { annotations: skipAwait }),
        spec: {
          type: open ? "NodePort" : "ClusterIP",
          selector: selector(workload),
          ports: [
            {
              name: "http",
              port: ports.alertmanager,
              targetPort: "http",
              ...(open && { nodePort: nodePorts.alertmanager }),
            },
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
          ingress: [
            {
              peers: open
                ? ["anywhere"]
                : [
                    { namespace: namespaces.observability },
                    { namespace: namespaces.tunnel, workload: services.cloudflared },
                  ],
              ports: [ports.alertmanager],
            },
          ],
          // Any port: where the webhook is a Service, its pods may listen on another one than its URL names.
          egress: args.config.webhook === undefined ? [] : [{ peers: ["anywhere"], ports: [] }],
        },
      },
      child,
    );
    this.registerOutputs({ url: this.url });
  }
}
