// Loki's configuration file as data: one process that keeps its write-ahead log on a volume and everything else in the object store.
import { ports } from "../../../../names.ts";
import { type BucketPlace, bucketVariable } from "../bucket-access.ts";

export interface LokiConfigArgs {
  /** How long logs are kept; a Go duration in whole seconds, minutes or hours. Loki deletes by the day, so less than 24h acts like 24h. */
  readonly retention: string;
  readonly store: BucketPlace;
  /** Folder for the write-ahead log, the index and the compactor's work. Default: /var/loki. */
  readonly path?: string;
}

/** Without keys Loki's client takes the credentials that AWS's SDK finds, and the address that follows from the region. */
const bucketConfig = ({ access, endpoint, region }: BucketPlace) => {
  const bucketnames = bucketVariable("bucket");
  if (access === "identity") return { insecure: false, region, bucketnames, s3forcepathstyle: false };
  const url = new URL(endpoint);
  return {
    endpoint: url.host,
    insecure: url.protocol === "http:",
    region,
    bucketnames,
    access_key_id: bucketVariable("accessKeyId"),
    secret_access_key: bucketVariable("secretAccessKey"),
    s3forcepathstyle: true,
  };
};

export const lokiConfig = (args: LokiConfigArgs) => {
  const path = args.path ?? "/var/loki";
  const scheduler = `127.0.0.1:${ports.lokiGrpc}`;
  return {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: { http_listen_port: ports.loki, grpc_listen_port: ports.lokiGrpc, log_level: "info" },
    common: {
      // The only member of its ring: without an address of its own Loki looks for a network interface by name.
      instance_addr: "127.0.0.1",
      path_prefix: path,
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" } },
    },
    schema_config: {
      // A change of schema needs a new entry from a later day; editing this one makes stored logs unreadable.
      configs: [
        {
          from: "2024-01-01",
          store: "tsdb",
          object_store: "s3",
          schema: "v13",
          index: { prefix: "loki_index_", period: "24h" },
        },
      ],
    },
    // Under storage_config and not under common, because common.storage would start the ruler as well: rules live in Prometheus.
    storage_config: {
      aws: bucketConfig(args.store),
      tsdb_shipper: { active_index_directory: `${path}/tsdb-index`, cache_location: `${path}/tsdb-cache` },
    },
    ingester: {
      // The default of 15 s gives other members of a ring time to notice; there are none.
      lifecycler: { min_ready_duration: "0s", final_sleep: "0s" },
      chunk_encoding: "snappy",
      chunk_idle_period: "30m",
      max_chunk_age: "2h",
      // Replay stops and flushes at this size. The default of 4 GB is above the container's limit, so a long log would never be replayed.
      wal: { enabled: true, dir: `${path}/wal`, replay_memory_ceiling: "256MB" },
    },
    compactor: {
      working_directory: `${path}/compactor`,
      compaction_interval: "10m",
      retention_enabled: true,
      retention_delete_delay: "1h",
      // The default of 150 workers is for many tenants; each is a goroutine that deletes from the same single object store.
      retention_delete_worker_count: 10,
      delete_request_store: "s3",
    },
    limits_config: {
      retention_period: args.retention,
      reject_old_samples: true,
      reject_old_samples_max_age: "168h",
      allow_structured_metadata: true,
      volume_enabled: true,
      discover_log_levels: true,
      ingestion_rate_mb: 8,
      ingestion_burst_size_mb: 16,
      per_stream_rate_limit: "4MB",
      per_stream_rate_limit_burst: "16MB",
      max_line_size: "256KB",
      max_line_size_truncate: true,
      max_global_streams_per_user: 5000,
      max_query_series: 1000,
      max_entries_limit_per_query: 5000,
      query_timeout: "60s",
      max_query_parallelism: 8,
      split_queries_by_interval: "1h",
      otlp_config: {
        resource_attributes: {
          // The defaults make a stream of every instance id; these five bound the number of streams by the number of containers.
          ignore_defaults: true,
          attributes_config: [
            {
              action: "index_label",
              attributes: [
                "service.name",
                "service.namespace",
                "k8s.namespace.name",
                "k8s.pod.name",
                "k8s.container.name",
              ],
            },
          ],
        },
      },
    },
    query_range: {
      cache_results: true,
      results_cache: { cache: { embedded_cache: { enabled: true, max_size_mb: 32, ttl: "10m" } } },
    },
    chunk_store_config: { chunk_cache_config: { embedded_cache: { enabled: true, max_size_mb: 64, ttl: "30m" } } },
    querier: { max_concurrent: 4 },
    // By address: through their ring the parts of this one process look for each other every 10 s, and it is not ready
    // before they have met (10.7 s after the start against 0.7 s, measured).
    query_scheduler: { use_scheduler_ring: false },
    frontend_worker: { scheduler_address: scheduler },
    frontend: { encoding: "protobuf", scheduler_address: scheduler },
  };
};
