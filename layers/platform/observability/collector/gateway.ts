// Configuration of the gateway collector as data: OTLP in, traces to Tempo, metrics to Prometheus, logs to Loki.
import { ports } from "../../../../names.ts";
import { healthCheck, memoryLimiter, selfTelemetry } from "./common.ts";

export interface GatewayConfigArgs {
  /** host:port of Tempo's OTLP receiver over gRPC. */
  readonly tempo: string;
  /** http://host:port */
  readonly prometheusUrl: string;
  /** http://host:port */
  readonly lokiUrl: string;
}

/** Five minutes of retries cover a restart of the receiver; the queue holds what arrives meanwhile. */
const patient = {
  sending_queue: { enabled: true, num_consumers: 4, queue_size: 1000 },
  retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "15s", max_elapsed_time: "300s" },
};

export const gatewayConfig = (args: GatewayConfigArgs) => ({
  extensions: { health_check: healthCheck },
  receivers: {
    otlp: {
      protocols: {
        grpc: { endpoint: `0.0.0.0:${ports.otlpGrpc}`, max_recv_msg_size_mib: 16 },
        http: { endpoint: `0.0.0.0:${ports.otlpHttp}` },
      },
    },
  },
  processors: {
    memory_limiter: memoryLimiter,
    batch: { timeout: "1s", send_batch_size: 4096, send_batch_max_size: 8192 },
  },
  exporters: {
    "otlp_grpc/tempo": { endpoint: args.tempo, tls: { insecure: true }, ...patient },
    "otlp_http/prometheus": { endpoint: `${args.prometheusUrl}/api/v1/otlp`, ...patient },
    "otlp_http/loki": {
      endpoint: `${args.lokiUrl}/otlp`,
      timeout: "10s",
      // A sender hears "accepted" only when Loki has the logs, and the node agents keep theirs on disk until then.
      // For the same reason logs are batched here and not by the batch processor, which accepts first and sends later.
      sending_queue: {
        enabled: true,
        wait_for_result: true,
        num_consumers: 4,
        queue_size: 1000,
        batch: { flush_timeout: "200ms", min_size: 1000, max_size: 4000 },
      },
      retry_on_failure: { enabled: true, initial_interval: "500ms", max_interval: "2s", max_elapsed_time: "5s" },
    },
  },
  service: {
    extensions: ["health_check"],
    pipelines: {
      traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["otlp_grpc/tempo"] },
      metrics: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["otlp_http/prometheus"] },
      logs: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["otlp_http/loki"] },
    },
    telemetry: selfTelemetry,
  },
});
