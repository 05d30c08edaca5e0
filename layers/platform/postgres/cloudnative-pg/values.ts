// What CloudNativePG's chart is told. Pure.
import type { ChartImage } from "../../../../lib/chart-images.ts";
import { ports } from "../../../../names.ts";

export interface OperatorTraits {
  /** Nothing runs in the pods, so nobody would answer the API server's question whether a cluster is valid. */
  readonly simulated: boolean;
}

/** The operator watches its own namespace only: its rights on Secrets and pods end there. */
export const operatorValues = ({ simulated }: OperatorTraits, image: ChartImage<"cloudnativePg">) => ({
  replicaCount: 1,
  image: { repository: image("operator").name, tag: image("operator").tag },
  config: { clusterWide: false },
  resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { memory: "256Mi" } },
  podAnnotations: {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(ports.cloudnativePgMetrics),
    "prometheus.io/path": "/metrics",
  },
  ...(simulated && { webhook: { mutating: { create: false }, validating: { create: false } } }),
});
