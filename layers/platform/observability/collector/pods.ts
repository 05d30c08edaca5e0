// Pod templates of the two collectors.
import type * as pulumi from "@pulumi/pulumi";
import { emptyDir, httpProbe, type PodTemplate, podTemplate } from "../../../../lib/workload.ts";
import { ports, services } from "../../../../names.ts";

interface CollectorPodArgs {
  readonly image: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  readonly checksum: string;
}

const command = { args: ["--config=/etc/otelcol/config.yaml"] };
const config = { "/etc/otelcol": { name: "config", readOnly: true } };
const configVolume = (name: pulumi.Input<string>) => ({ name: "config", configMap: { name } });

const probes = {
  startup: httpProbe("/", ports.collectorHealth, { periodSeconds: 1, failureThreshold: 60 }),
  readiness: httpProbe("/", ports.collectorHealth, { periodSeconds: 5 }),
  liveness: httpProbe("/", ports.collectorHealth, { periodSeconds: 15, timeoutSeconds: 5 }),
};

export const gatewayPod = (args: CollectorPodArgs): PodTemplate =>
  podTemplate({
    name: services.collector,
    user: 10001,
    metrics: { port: ports.collectorMetrics },
    checksum: args.checksum,
    containers: [
      {
        name: services.collector,
        image: args.image,
        ...command,
        ...probes,
        env: { GOMEMLIMIT: "410MiB" },
        ports: { "otlp-grpc": ports.otlpGrpc, "otlp-http": ports.otlpHttp, metrics: ports.collectorMetrics },
        resources: { cpu: "50m", memory: "96Mi", memoryLimit: "512Mi" },
        mounts: config,
      },
    ],
    volumes: [configVolume(args.configMap)],
  });

/**
 * The agent runs as uid 0 with every capability dropped. On a kind node /var/log/pods is root:root 0750 and its files 0640,
 * which group 0 could read as well; but the folder of its state, which the kubelet makes, is root 0755, and only root writes it.
 * It is allowed nothing else: no capability, no writable root, no token, no host network, and the log folder is read-only.
 */
export const agentPod = (args: CollectorPodArgs): PodTemplate =>
  podTemplate({
    name: services.agent,
    user: 0,
    metrics: { port: ports.collectorMetrics },
    checksum: args.checksum,
    containers: [
      {
        name: services.agent,
        image: args.image,
        ...command,
        ...probes,
        env: { GOMEMLIMIT: "205MiB", NODE_NAME: { field: "spec.nodeName" } },
        ports: { metrics: ports.collectorMetrics },
        resources: { cpu: "25m", memory: "64Mi", memoryLimit: "256Mi" },
        mounts: {
          ...config,
          "/var/log/pods": { name: "logs", readOnly: true },
          "/var/lib/otelcol": "state",
          "/tmp": "tmp",
        },
      },
    ],
    volumes: [
      configVolume(args.configMap),
      { name: "logs", hostPath: { path: "/var/log/pods", type: "Directory" } },
      { name: "state", hostPath: { path: "/var/lib/strata/otel-agent", type: "DirectoryOrCreate" } },
      emptyDir("tmp", "16Mi"),
    ],
    extra: {
      securityContext: { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, seccompProfile: { type: "RuntimeDefault" } },
      // Every node has pods with logs, the control plane too.
      tolerations: [{ operator: "Exists" }],
    },
  });
