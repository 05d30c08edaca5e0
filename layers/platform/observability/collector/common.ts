// What the gateway and the node agent configure alike.
import { ports } from "../../../../names.ts";

/** Refuses data before the process is killed for its memory; every pipeline starts with it. Shares of the container's limit. */
export const memoryLimiter = { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 };

export const healthCheck = { endpoint: `0.0.0.0:${ports.collectorHealth}` };

/** The collector's own logs and metrics. */
export const selfTelemetry = {
  logs: { level: "info", encoding: "json" },
  metrics: {
    level: "normal",
    readers: [
      {
        pull: {
          exporter: {
            prometheus: {
              host: "0.0.0.0",
              port: ports.collectorMetrics,
              // Names as the collector's documentation has them; dashboards and alerts rely on it.
              without_scope_info: true,
              without_type_suffix: true,
              without_units: true,
            },
          },
        },
      },
    ],
  },
};

/** A dollar sign is the start of a variable in a collector's configuration; two are one. */
export const escapeDollars = (text: string): string => text.replaceAll("$", "$$$$");
