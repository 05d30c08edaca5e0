// Tempo's configuration file as data: one process with a local write-ahead log, blocks in the object store,
// and the metrics that the service map and the links from traces to metrics are made of.
import { ports } from "../../../../names.ts";
import { type BucketPlace, bucketVariable } from "../bucket-access.ts";

export interface TempoConfigArgs {
  /** How long traces are kept; a Go duration in whole seconds, minutes or hours. */
  readonly retention: string;
  readonly store: BucketPlace;
  /** http://host:port of Prometheus, which takes the generated metrics by remote write. */
  readonly prometheusUrl: string;
  /** Folder for the write-ahead logs. Default: /var/tempo. */
  readonly path?: string;
}

/** Without keys Tempo's client goes through its chain, whose last link asks EKS Pod Identity's agent. It needs the address in any case. */
const bucketConfig = ({ access, endpoint, region }: BucketPlace) => {
  const url = new URL(endpoint);
  return {
    endpoint: url.host,
    insecure: url.protocol === "http:",
    region,
    bucket: bucketVariable("bucket"),
    ...(access === "key" && {
      access_key: bucketVariable("accessKeyId"),
      secret_key: bucketVariable("secretAccessKey"),
    }),
    forcepathstyle: access === "key",
  };
};

export const tempoConfig = (args: TempoConfigArgs) => {
  const path = args.path ?? "/var/tempo";
  return {
    usage_report: { reporting_enabled: false },
    // Grafana streams search results over the HTTP port, so that the gRPC port needs no Service.
    stream_over_http_enabled: true,
    server: { http_listen_port: ports.tempo, grpc_listen_port: ports.tempoGrpc, log_level: "info" },
    // Its rings have one member, but Tempo opens the gossip port all the same; nobody else is to reach it.
    memberlist: { bind_addr: ["127.0.0.1"], advertise_addr: "127.0.0.1" },
    distributor: {
      receivers: {
        otlp: {
          protocols: {
            grpc: { endpoint: `0.0.0.0:${ports.otlpGrpc}` },
            http: { endpoint: `0.0.0.0:${ports.otlpHttp}` },
          },
        },
      },
    },
    ingester: {
      // The default of 15 s gives other members of a ring time to notice; there are none.
      lifecycler: { min_ready_duration: "0s", final_sleep: "0s" },
      max_block_duration: "10m",
      max_block_bytes: 104857600,
      concurrent_flushes: 2,
    },
    compactor: {
      compaction: {
        block_retention: args.retention,
        compacted_block_retention: "10m",
        compaction_window: "1h",
        max_block_bytes: 1073741824,
      },
    },
    storage: {
      trace: {
        backend: "s3",
        s3: bucketConfig(args.store),
        wal: { path: `${path}/wal` },
        pool: { max_workers: 50, queue_depth: 10000 },
      },
    },
    query_frontend: {
      search: { concurrent_jobs: 50, max_duration: "168h" },
      metrics: { concurrent_jobs: 50, max_duration: "24h" },
    },
    querier: { max_concurrent_queries: 8 },
    metrics_generator: {
      processor: {
        service_graphs: {
          wait: "10s",
          max_items: 10000,
          // Databases and other services without tracing of their own become nodes of the map by these span attributes.
          // enable_virtual_node_label stays off: with it Tempo 2.9.0 takes its own settings for changed ones every ten
          // seconds and makes the processor anew, which resets the counters and forgets the edges (measured).
          peer_attributes: ["peer.service", "db.name", "db.system", "db.system.name", "db.namespace"],
        },
        span_metrics: { enable_target_info: false },
        // Recent spans for TraceQL metrics; older ones are read from the blocks.
        local_blocks: { max_live_traces_bytes: 67108864, max_block_bytes: 67108864, complete_block_timeout: "30m" },
      },
      registry: { collection_interval: "15s", stale_duration: "15m" },
      storage: {
        path: `${path}/generator/wal`,
        remote_write: [{ url: `${args.prometheusUrl}/api/v1/write`, send_exemplars: true }],
        remote_write_flush_deadline: "5s",
      },
      traces_storage: { path: `${path}/generator/traces` },
    },
    overrides: {
      defaults: {
        ingestion: { rate_limit_bytes: 15000000, burst_size_bytes: 20000000, max_traces_per_user: 10000 },
        global: { max_bytes_per_trace: 5000000 },
        // A processor runs only if it is named here: configured above and not named, it produces nothing and says nothing.
        metrics_generator: { processors: ["service-graphs", "span-metrics", "local-blocks"], max_active_series: 20000 },
      },
    },
  };
};
