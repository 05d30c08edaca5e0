// Pods of the queue: one Redpanda broker in its development mode, and its console.
import type * as pulumi from "@pulumi/pulumi";
import type { QueueConfig } from "../../../config/schema.ts";
import { mebibytes } from "../../../lib/quantity.ts";
import { emptyDir, httpProbe, type PodArgs } from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";

/** Users of the two images. */
const brokerUser = 101;
const consoleUser = 99;

/** Share of the memory limit that the broker allocates at its start; the rest is for the launcher, page tables and the kernel. */
const memoryShare = 0.8;

/** Arguments of one broker on one core. `--mode dev-container` skips fsync and host checks: for development only. */
export const brokerArgs = (config: Pick<QueueConfig, "memory">, address: string): string[] => [
  "--mode=dev-container",
  "--smp=1",
  `--memory=${Math.floor(mebibytes(config.memory) * memoryShare)}M`,
  "--default-log-level=warn",
  `--kafka-addr=internal://0.0.0.0:${ports.kafka}`,
  // Clients come back to this address, so it is the Service's and not the pod's.
  `--advertise-kafka-addr=internal://${address}:${ports.kafka}`,
  // One broker talks to itself only.
  `--rpc-addr=127.0.0.1:${ports.redpandaRpc}`,
  `--advertise-rpc-addr=127.0.0.1:${ports.redpandaRpc}`,
];

export interface BrokerPodArgs {
  readonly config: QueueConfig;
  readonly image: pulumi.Input<string>;
  /** Host name of the broker's Service. */
  readonly address: string;
}

export const brokerPod = (args: BrokerPodArgs): PodArgs => ({
  name: services.redpanda,
  user: brokerUser,
  metrics: { port: ports.redpandaAdmin, path: "/public_metrics" },
  terminationGracePeriodSeconds: 90,
  containers: [
    {
      name: "redpanda",
      image: args.image,
      command: ["rpk", "redpanda", "start"],
      args: brokerArgs(args.config, args.address),
      env: { HOME: "/tmp" },
      ports: { kafka: ports.kafka, admin: ports.redpandaAdmin },
      // It takes its memory at the start and keeps it: what it may use is what it reserves.
      resources: { cpu: "500m", memory: args.config.memory, memoryLimit: args.config.memory },
      startup: httpProbe("/v1/status/ready", ports.redpandaAdmin, { periodSeconds: 2, failureThreshold: 120 }),
      readiness: httpProbe("/v1/status/ready", ports.redpandaAdmin, { periodSeconds: 5, failureThreshold: 3 }),
      liveness: { tcpSocket: { port: ports.redpandaAdmin }, periodSeconds: 15, failureThreshold: 4 },
      mounts: {
        "/var/lib/redpanda/data": "data",
        // The launcher writes its configuration there at every start.
        "/etc/redpanda": "config",
        "/tmp": "tmp",
      },
    },
  ],
  volumes: [emptyDir("config", "4Mi"), emptyDir("tmp", "64Mi")],
});

export interface ConsolePodArgs {
  readonly image: pulumi.Input<string>;
  /** host:port of the Kafka API. */
  readonly brokers: pulumi.Input<string>;
  /** http://host:port of the broker's admin API. */
  readonly adminUrl: string;
}

export const consolePod = (args: ConsolePodArgs): PodArgs => ({
  name: services.redpandaConsole,
  user: consoleUser,
  metrics: { port: ports.redpandaConsole, path: "/admin/metrics" },
  containers: [
    {
      name: "console",
      image: args.image,
      env: {
        KAFKA_BROKERS: args.brokers,
        REDPANDA_ADMINAPI_ENABLED: "true",
        REDPANDA_ADMINAPI_URLS: args.adminUrl,
        SERVER_LISTENPORT: String(ports.redpandaConsole),
      },
      ports: { http: ports.redpandaConsole },
      resources: { cpu: "20m", memory: "64Mi", memoryLimit: "256Mi" },
      startup: httpProbe("/admin/startup", ports.redpandaConsole, { periodSeconds: 1, failureThreshold: 120 }),
      readiness: httpProbe("/admin/health", ports.redpandaConsole, { periodSeconds: 5 }),
      liveness: httpProbe("/admin/health", ports.redpandaConsole, { periodSeconds: 30 }),
      mounts: { "/tmp": "tmp" },
    },
  ],
  volumes: [emptyDir("tmp", "16Mi")],
});
