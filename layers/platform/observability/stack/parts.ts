// The pieces of values that several parts of kube-prometheus-stack share.
import type { ImageParts } from "../../../../lib/chart-images.ts";
import type { Resources } from "../../../../lib/workload.ts";

/** Empty `sha`: the chart's own would be that of another version. */
export const image = ({ registry, repository, tag, sha }: ImageParts) => ({ registry, repository, tag, sha });

export const requests = ({ cpu, memory, memoryLimit }: Omit<Resources, "cpuLimit">) => ({
  requests: { cpu, memory },
  limits: { memory: memoryLimit },
});

/** Annotations of pods that Prometheus finds by them, as strata's own pods have. */
export const scraped = (port: number) => ({
  "prometheus.io/scrape": "true",
  "prometheus.io/port": String(port),
  "prometheus.io/path": "/metrics",
});

/** Volume of an operator's StatefulSet. `storage` is a quantity. */
export const claim = (storage: string) => ({
  volumeClaimTemplate: {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
  },
});
