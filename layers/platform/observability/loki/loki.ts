// Loki: one pod that keeps the write-ahead log on a volume and chunks and index in the object store.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import { createDataServer } from "../../../../lib/data-server.ts";
import type { BucketCredentials, ImageSource } from "../../../../lib/handles.ts";
import { allowFlows, type Peer } from "../../../../lib/network-policy.ts";
import { dataClaim, emptyDir, httpProbe, metadata, selector, skipAwait } from "../../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../../names.ts";
import { createBucketAccess } from "../bucket-access.ts";
import { lokiConfig } from "./config.ts";

export interface LokiArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["loki"];
  /** Only Loki waits for it: configuration, Service and policy do not. */
  readonly bucket: BucketCredentials;
  /** Who sends logs beside the collector. Default: nobody. */
  readonly senders?: readonly Peer[];
}

export class Loki extends Component {
  /** http://host:3100. A plain address: whoever sends or asks retries. */
  readonly url: string;

  constructor(name: string, args: LokiArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Loki", name, options);
    const child = { parent: this };
    const workload = services.loki;
    const text = JSON.stringify(lokiConfig({ retention: args.config.retention, store: args.bucket }), null, 2);

    const configMap = new ConfigMap(
      `${name}-config`,
      { metadata: metadata(workload, args.namespace), data: { "loki.yaml": text } },
      child,
    );
    const access = createBucketAccess(name, { namespace: args.namespace, workload, bucket: args.bucket }, child);

    createDataServer(
      name,
      {
        workload,
        namespace: args.namespace,
        pod: {
          ...access.pod,
          name: workload,
          user: 10001,
          metrics: { port: ports.loki },
          checksum: access.checksum(text),
          terminationGracePeriodSeconds: 60,
          containers: [
            {
              name: workload,
              image: args.images.reference("loki"),
              args: ["-config.file=/etc/loki/loki.yaml", "-config.expand-env=true"],
              env: {
                ...access.env,
                // Nine tenths of the limit: the collector works harder instead of the kernel ending the process.
                GOMEMLIMIT: "690MiB",
              },
              ports: { http: ports.loki },
              resources: { cpu: "50m", memory: "192Mi", memoryLimit: "768Mi" },
              startup: httpProbe("/ready", "http", { periodSeconds: 1, failureThreshold: 180 }),
              readiness: httpProbe("/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
              // Not /ready: that one fails while Loki waits for something else, which no restart mends.
              liveness: httpProbe("/loki/api/v1/status/buildinfo", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
              mounts: { "/etc/loki": { name: "config", readOnly: true }, "/var/loki": "data", "/tmp": "tmp" },
            },
          ],
          volumes: [{ name: "config", configMap: { name: configMap.metadata.name } }, emptyDir("tmp", "256Mi")],
        },
        claims: [dataClaim(args.config.storage)],
      },
      child,
    );

    new Service(
      name,
      {
        metadata: metadata(workload, args.namespace, { annotations: skipAwait }),
        spec: { selector: selector(workload), ports: [{ name: "http", port: ports.loki, targetPort: "http" }] },
      },
      child,
    );

    const local = namespaces.observability;
    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: {
          ingress: [
            {
              peers: [
                { namespace: local, workload: services.collector },
                { namespace: local, workload: services.grafana },
                { namespace: local, workload: services.prometheus },
                ...(args.senders ?? []),
              ],
              ports: [ports.loki],
            },
          ],
          egress: args.bucket.egress,
        },
      },
      child,
    );

    this.url = `http://${host(workload, namespaces.observability)}:${ports.loki}`;
    this.registerOutputs({ url: this.url });
  }
}
