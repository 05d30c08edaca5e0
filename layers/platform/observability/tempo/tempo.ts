// Tempo: one pod that keeps the write-ahead logs on a volume and blocks of traces in the object store.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import { createDataServer } from "../../../../lib/data-server.ts";
import type { BucketCredentials, ImageSource } from "../../../../lib/handles.ts";
import { allowFlows } from "../../../../lib/network-policy.ts";
import { dataClaim, emptyDir, httpProbe, metadata, selector, skipAwait } from "../../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../../names.ts";
import { createBucketAccess } from "../bucket-access.ts";
import { tempoConfig } from "./config.ts";

export interface TempoArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["tempo"];
  /** Only Tempo waits for it: configuration, Service and policy do not. */
  readonly bucket: BucketCredentials;
  /** http://host:port of Prometheus, which takes the generated metrics by remote write. Tempo retries, so nothing waits. */
  readonly prometheusUrl: string;
}

export class Tempo extends Component {
  /** http://host:3200, for queries. A plain address: whoever sends or asks retries. */
  readonly url: string;
  /** host:4317, OTLP over gRPC. */
  readonly otlpGrpc: string;

  constructor(name: string, args: TempoArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Tempo", name, options);
    const child = { parent: this };
    const workload = services.tempo;
    const text = JSON.stringify(
      tempoConfig({
        retention: args.config.retention,
        store: args.bucket,
        prometheusUrl: args.prometheusUrl,
      }),
      null,
      2,
    );

    const configMap = new ConfigMap(
      `${name}-config`,
      { metadata: metadata(workload, args.namespace), data: { "tempo.yaml": text } },
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
          metrics: { port: ports.tempo },
          checksum: access.checksum(text),
          terminationGracePeriodSeconds: 60,
          containers: [
            {
              name: workload,
              image: args.images.reference("tempo"),
              args: ["-config.file=/etc/tempo/tempo.yaml", "-config.expand-env=true"],
              env: {
                ...access.env,
                // Nine tenths of the limit: the collector works harder instead of the kernel ending the process.
                GOMEMLIMIT: "690MiB",
              },
              ports: { http: ports.tempo, "otlp-grpc": ports.otlpGrpc, "otlp-http": ports.otlpHttp },
              resources: { cpu: "50m", memory: "192Mi", memoryLimit: "768Mi" },
              startup: httpProbe("/ready", "http", { periodSeconds: 1, failureThreshold: 180 }),
              readiness: httpProbe("/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
              // Not /ready: that one fails while Tempo waits for something else, which no restart mends.
              liveness: httpProbe("/status/version", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
              mounts: { "/etc/tempo": { name: "config", readOnly: true }, "/var/tempo": "data", "/tmp": "tmp" },
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
        spec: {
          selector: selector(workload),
          ports: [
            { name: "http", port: ports.tempo, targetPort: "http" },
            { name: "otlp-grpc", port: ports.otlpGrpc, targetPort: "otlp-grpc" },
            { name: "otlp-http", port: ports.otlpHttp, targetPort: "otlp-http" },
          ],
        },
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
                { namespace: local, workload: services.grafana },
                { namespace: local, workload: services.prometheus },
              ],
              ports: [ports.tempo],
            },
            { peers: [{ namespace: local, workload: services.collector }], ports: [ports.otlpGrpc] },
          ],
          egress: [
            ...args.bucket.egress,
            { peers: [{ namespace: local, workload: services.prometheus }], ports: [ports.prometheus] },
          ],
        },
      },
      child,
    );

    this.url = `http://${host(workload, namespaces.observability)}:${ports.tempo}`;
    this.otlpGrpc = `${host(workload, namespaces.observability)}:${ports.otlpGrpc}`;
    this.registerOutputs({ url: this.url, otlpGrpc: this.otlpGrpc });
  }
}
