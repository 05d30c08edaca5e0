// What the chart of OpenBao's operator is told. Pure.
import type { ChartImage } from "../../../lib/chart-images.ts";
import { ports } from "../../../names.ts";

export interface OperatorTraits {
  /** Whether the cluster has a route through a gateway: only then does the operator look for the Gateway API's kinds. */
  readonly gatewayApi: boolean;
}

/** The chart brings its own hardening: not root, read-only root, no capabilities, default seccomp profile. */
export const operatorValues = ({ gatewayApi }: OperatorTraits, image: ChartImage<"openbaoOperator">) => ({
  image: {
    repository: image("operator").name,
    tag: image("operator").tag,
    // Takes precedence over the tag, unless it is empty: an image that was loaded has none.
    digest: image("operator").digest,
    pullPolicy: "IfNotPresent",
  },
  // It would ask the API server what it is, and not start where that takes longer than 10 s.
  platform: "kubernetes",
  tenancy: {
    mode: "multi",
    // The tenant's namespace has its labels from lib/namespace.ts; two owners would take them from each other.
    namespacePodSecurityLabels: { mode: "external" },
  },
  controller: {
    replicas: 1,
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
  },
  provisioner: {
    replicas: 1,
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
  },
  metrics: { enabled: true, port: ports.openbaoOperatorMetrics },
  // Off, the operator would start without them and say so of itself: unsafe.
  admissionPolicies: { enabled: true },
  // Ours name Prometheus' pods; the chart's own let in namespaces with a label that none has.
  networkPolicy: { enabled: true },
  gatewayAPI: { enabled: gatewayApi },
});
