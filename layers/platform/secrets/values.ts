// What the charts of External Secrets and Reloader are told. Pure.
import type * as pulumi from "@pulumi/pulumi";
import type { ChartImage } from "../../../lib/chart-images.ts";
import { ports } from "../../../names.ts";

const scrape = (port: number) => ({
  "prometheus.io/scrape": "true",
  "prometheus.io/port": String(port),
  "prometheus.io/path": "/metrics",
});

/**
 * The controller's rights end with the namespace of the apps. There is no webhook and no controller for its certificates:
 * the API server checks the same objects by their definitions, and the two would need rights in the whole cluster.
 */
export const externalSecretsValues = (namespace: pulumi.Input<string>, image: ChartImage<"externalSecrets">) => ({
  image: { repository: image("controller").name, tag: image("controller").tag },
  scopedNamespace: namespace,
  scopedRBAC: true,
  processClusterStore: false,
  processClusterExternalSecret: false,
  processClusterGenerator: false,
  processClusterPushSecret: false,
  processPushSecret: false,
  crds: {
    createClusterSecretStore: false,
    createClusterExternalSecret: false,
    createClusterGenerator: false,
    createClusterPushSecret: false,
    createPushSecret: false,
  },
  webhook: { create: false },
  certController: { create: false },
  rbac: {
    servicebindings: { create: false },
    aggregateToView: false,
    aggregateToEdit: false,
    aggregateToAdmin: false,
  },
  podAnnotations: scrape(ports.externalSecretsMetrics),
  readinessProbe: { enabled: true },
  livenessProbe: { enabled: true },
  resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
});

/** It watches the namespace that it runs in, and restarts only what carries the annotation of lib/reload.ts. */
export const reloaderValues = (image: ChartImage<"reloader">) => ({
  image: { repository: image("controller").name, tag: image("controller").tag },
  reloader: {
    watchGlobally: false,
    autoReloadAll: false,
    // An annotation on the pods: a variable among a container's own would look like drift to whoever applies the workload.
    reloadStrategy: "annotations",
    logFormat: "json",
    ignoreConfigMaps: true,
    ignoreJobs: true,
    ignoreCronJobs: true,
    readOnlyRootFileSystem: true,
    deployment: {
      pod: { annotations: scrape(ports.reloaderMetrics) },
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
      containerSecurityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "128Mi" } },
    },
  },
});
