// The one list of what strata installs: node images, container images, tools. Nothing else in the program names a version.
// A digest is the registry's index digest of that tag, checked when the host pulls it; entries without one are pinned by tag only.

/** Container image of a registry, or one with a recipe here (`recipe` names the folder under images/). */
export interface ImageVersion {
  /** registry/repository, always with the registry's host. */
  readonly repository: string;
  readonly tag: string;
  /** sha256:<64 hex>, of the multi-platform index. */
  readonly digest?: string;
  /** Folder under images/ that builds it; such an image is in no registry. */
  readonly recipe?: string;
}

export const images = {
  alertmanager: { repository: "quay.io/prometheus/alertmanager", tag: "v0.31.1" },
  busybox: { repository: "docker.io/library/busybox", tag: "1.37.0" },
  cloudflared: { repository: "docker.io/cloudflare/cloudflared", tag: "2026.8.2" },
  garage: { repository: "docker.io/dxflrs/garage", tag: "v2.4.1" },
  grafana: { repository: "docker.io/grafana/grafana", tag: "12.4.0" },
  kubeStateMetrics: { repository: "registry.k8s.io/kube-state-metrics/kube-state-metrics", tag: "v2.18.0" },
  loki: { repository: "docker.io/grafana/loki", tag: "3.7.8" },
  nodeExporter: { repository: "quay.io/prometheus/node-exporter", tag: "v1.10.2" },
  otelCollector: { repository: "strata.local/otel-collector", tag: "0.150.0", recipe: "otel-collector" },
  podinfo: { repository: "ghcr.io/stefanprodan/podinfo", tag: "6.9.2" },
  postgres: { repository: "docker.io/library/postgres", tag: "17.10" },
  postgresExporter: { repository: "quay.io/prometheuscommunity/postgres-exporter", tag: "v0.17.1" },
  prometheus: { repository: "quay.io/prometheus/prometheus", tag: "v3.10.0" },
  redpanda: { repository: "docker.io/redpandadata/redpanda", tag: "v25.3.6" },
  redpandaConsole: { repository: "docker.io/redpandadata/console", tag: "v3.3.2" },
  registry: { repository: "docker.io/library/registry", tag: "3.0.0" },
  tempo: { repository: "docker.io/grafana/tempo", tag: "2.9.0" },
  traefik: { repository: "docker.io/library/traefik", tag: "v3.6.12" },
} as const satisfies Record<string, ImageVersion>;

export type ImageKey = keyof typeof images;

/** kind node image per Kubernetes minor, from the release notes of kind v0.31.0 (1.34) and v0.32.0 (1.35, 1.36). */
export const nodeImages = {
  "1.34": {
    repository: "docker.io/kindest/node",
    tag: "v1.34.3",
    digest: "sha256:08497ee19eace7b4b5348db5c6a1591d7752b164530a36f855cb0f2bdcbadd48",
  },
  "1.35": {
    repository: "docker.io/kindest/node",
    tag: "v1.35.1",
    digest: "sha256:05d7bcdefbda08b4e038f644c4df690cdac3fba8b06f8289f30e10026720a1ab",
  },
  "1.36": {
    repository: "docker.io/kindest/node",
    tag: "v1.36.1",
    digest: "sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5",
  },
} as const satisfies Record<string, ImageVersion>;

export type KubernetesMinor = keyof typeof nodeImages;
export const kubernetesVersions = Object.keys(nodeImages) as [KubernetesMinor, ...KubernetesMinor[]];

/** Tools that strata runs, and the versions it installs where the machine has none that fits. */
export const tools = {
  pulumi: "3.250.0",
  /** Node language host of machines that build the CLI from Go modules; its own releases follow the CLI's. */
  nodeLanguageHost: "3.60.0",
  kind: "0.33.0",
  /** Lowest kind whose default CNI enforces NetworkPolicy. */
  kindMinimum: "0.24.0",
  kwok: "0.8.0",
  /** Control plane of the embedded cluster. */
  kubernetes: "1.34.4",
  etcd: "3.6.5",
} as const;

/** Engine plugins: the npm packages' own versions, so that SDK and plugin never differ. */
export const plugins = {
  kubernetes: "4.34.2",
  command: "1.2.1",
  random: "4.21.2",
} as const;

/** Reference as a pod names it: by tag. The digest is verified where the image enters the machine (see docs/images.md). */
export const imageReference = (image: ImageVersion): string => `${image.repository}:${image.tag}`;
