// Settings of the server, whoever runs it.
import type { NativePostgresConfig } from "../../../config/schema.ts";

/** What differs from PostgreSQL's defaults, durability left as it is. */
export const serverSettings = (
  config: Pick<NativePostgresConfig, "maxConnections" | "sharedBuffers">,
): Record<string, string> => ({
  max_connections: String(config.maxConnections),
  shared_buffers: config.sharedBuffers,
  fsync: "on",
  synchronous_commit: "on",
  // Fewer, longer checkpoints, within a volume of 2Gi.
  checkpoint_timeout: "15min",
  max_wal_size: "512MB",
  wal_compression: "on",
  // Storage without seek time.
  random_page_cost: "1.1",
  // Compiling costs more than most queries of a platform take.
  jit: "off",
  log_lock_waits: "on",
  log_min_duration_statement: "1s",
});
