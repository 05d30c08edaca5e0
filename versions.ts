// The one list of what strata installs: node images, container images, charts, tools. Nothing else in the program names a version.
// A digest is the registry's index digest of that tag, checked when the host pulls it; entries without one are pinned by tag only.
// A chart's sha256 is that of its .tgz as its publisher states it; entries without one are pinned by version only.
// A manifest's sha256 is that of the file made from its tag by the publisher's own script, and of independent lock files.

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
  alertmanager: {
    repository: "quay.io/prometheus/alertmanager",
    tag: "v0.31.1",
    digest: "sha256:88b605de9aba0410775c1eb3438f951115054e0d307f23f274a4c705f51630c1",
  },
  alloy: {
    repository: "docker.io/grafana/alloy",
    tag: "v1.19.2",
    digest: "sha256:b8ec653c44235fbe910879145dac3597d66b0aaecf60bcbbe82580767771a839",
  },
  busybox: {
    repository: "docker.io/library/busybox",
    tag: "1.37.0",
    digest: "sha256:1487d0af5f52b4ba31c7e465126ee2123fe3f2305d638e7827681e7cf6c83d5e",
  },
  cloudflared: {
    repository: "docker.io/cloudflare/cloudflared",
    tag: "2026.8.2",
    digest: "sha256:0aa26e284f05e6c77ae375b8c9c11d9eb6a448fb7bcd8d40f31cb6176189eb38",
  },
  fluentBit: {
    repository: "docker.io/fluent/fluent-bit",
    tag: "5.1.2",
    digest: "sha256:d792375ca8e53be72fc25716c28f291f32c6fc6f4f31d12d0d14bc78cefe9226",
  },
  garage: {
    repository: "docker.io/dxflrs/garage",
    tag: "v2.4.1",
    digest: "sha256:9c96caa2612d3411acc5b0e6701fb238dbfba33e533a6d7d3d811a4b12d0d020",
  },
  grafana: {
    repository: "docker.io/grafana/grafana",
    tag: "12.4.0",
    digest: "sha256:b0ae311af06228bcfd4a620504b653db80f5b91e94dc3dc2a5b7dab202bcde20",
  },
  kubeStateMetrics: {
    repository: "registry.k8s.io/kube-state-metrics/kube-state-metrics",
    tag: "v2.18.0",
    digest: "sha256:1545919b72e3ae035454fc054131e8d0f14b42ef6fc5b2ad5c751cafa6b2130e",
  },
  loki: {
    repository: "docker.io/grafana/loki",
    tag: "3.7.8",
    digest: "sha256:1107dd5274e0ada47e42472b7a7e71f3b2a2fe878878108f3e2f9e51528f0193",
  },
  nodeExporter: {
    repository: "quay.io/prometheus/node-exporter",
    tag: "v1.10.2",
    digest: "sha256:3ac34ce007accad95afed72149e0d2b927b7e42fd1c866149b945b84737c62c3",
  },
  /** OpenBao that a new cluster starts with. The operator's releases are tested with 2.6. */
  openbao: { repository: "quay.io/openbao/openbao", tag: "2.6.2" },
  otelCollector: { repository: "strata.local/otel-collector", tag: "0.156.0", recipe: "otel-collector" },
  podinfo: { repository: "ghcr.io/stefanprodan/podinfo", tag: "6.9.2" },
  postgres: {
    repository: "docker.io/library/postgres",
    tag: "17.10",
    digest: "sha256:7958605b474b3d264a969cb3a123d6aa00ad1e1fe9da8a69984dabb704d93317",
  },
  /** Of CloudNativePG's own catalogue (family system: with the tools of its backups), same major as `postgres`. */
  postgresCloudNative: {
    repository: "ghcr.io/cloudnative-pg/postgresql",
    tag: "17.11-202608170816-system-trixie",
    digest: "sha256:ecaa395084a5f8831fd2655dbffc98b554473526265f53113ec969de6fc15848",
  },
  postgresExporter: {
    repository: "quay.io/prometheuscommunity/postgres-exporter",
    tag: "v0.17.1",
    digest: "sha256:38606faa38c54787525fb0ff2fd6b41b4cfb75d455c1df294927c5f611699b17",
  },
  prometheus: {
    repository: "quay.io/prometheus/prometheus",
    tag: "v3.10.0",
    digest: "sha256:4a61322ac1103a0e3aea2a61ef1718422a48fa046441f299d71e660a3bc71ae9",
  },
  redpanda: { repository: "docker.io/redpandadata/redpanda", tag: "v25.3.6" },
  redpandaConsole: { repository: "docker.io/redpandadata/console", tag: "v3.3.2" },
  registry: {
    repository: "docker.io/library/registry",
    tag: "3.0.0",
    digest: "sha256:6c5666b861f3505b116bb9aa9b25175e71210414bd010d92035ff64018f9457e",
  },
  rustfs: { repository: "docker.io/rustfs/rustfs", tag: "1.0.1" },
  tempo: {
    repository: "docker.io/grafana/tempo",
    tag: "2.9.0",
    digest: "sha256:65a5789759435f1ef696f1953258b9bbdb18eb571d5ce711ff812d2e128288a4",
  },
  traefik: {
    repository: "docker.io/library/traefik",
    tag: "v3.6.12",
    digest: "sha256:171c9c3565b29f6c133f1c1b43c5d4e5853415198e9e1078c001f8702ff66aec",
  },
} as const satisfies Record<string, ImageVersion>;

/** Image that builds the recipes on a machine without Go; its tag is the Go version that recipes are built with. */
export const goImage = {
  repository: "docker.io/library/golang",
  tag: "1.26.8-alpine",
  digest: "sha256:ce864e7223ac17b1775e6fd0b4c0db580c2eb50e7953a427916379e4b92a1628",
} as const satisfies ImageVersion;

export type ImageKey = keyof typeof images;

/** Helm chart of a publisher. */
export interface ChartVersion {
  /** https:// address of a repository (its index.yaml lies below it), or oci:// address of the chart itself. */
  readonly repository: string;
  readonly name: string;
  /** As the chart's own Chart.yaml spells it, with or without a v. */
  readonly version: string;
  /** File below `repository`/`version`/ with plain objects: no chart of its publisher, but packed into one here. */
  readonly manifest?: string;
  /** 64 hex digits, of the .tgz, or of the manifest. */
  readonly sha256?: string;
}

const gatewayApi = {
  repository: "https://github.com/kubernetes-sigs/gateway-api/releases/download",
  name: "gateway-api",
  manifest: "standard-install.yaml",
};

/** Of its chart, its definitions, and its images in chart-images.ts. */
// renovate: datasource=docker depName=ghcr.io/dc-tec/charts/openbao-operator
const openbaoOperator = "0.5.1";

export const charts = {
  argoCd: {
    repository: "https://argoproj.github.io/argo-helm",
    name: "argo-cd",
    version: "9.4.7",
    sha256: "4450262788d9106c73391d4f12698ab899690ed6c270b1a702c19bf30cb04628",
  },
  awsLoadBalancerController: {
    repository: "https://aws.github.io/eks-charts",
    name: "aws-load-balancer-controller",
    version: "3.5.0",
    sha256: "45051f634b33e10baccb3354d0681b7de787c60445e599fa276e0c9aedd4ccd5",
  },
  calico: { repository: "https://docs.tigera.io/calico/charts", name: "tigera-operator", version: "v3.31.7" },
  certManager: {
    repository: "https://charts.jetstack.io",
    name: "cert-manager",
    version: "v1.21.2",
    sha256: "73a56e1728edd6c99f1f31082618c3259d279a76b7ebd3d4bdc5475c2442d34a",
  },
  cilium: {
    repository: "https://helm.cilium.io",
    name: "cilium",
    version: "1.19.1",
    sha256: "530edbe919e770d2e561c0d943b027f708dd6c7e041acb241a9209e46e07315b",
  },
  cloudnativePg: {
    repository: "https://cloudnative-pg.github.io/charts",
    name: "cloudnative-pg",
    version: "0.29.0",
    sha256: "668e065ff53508d58238788fd35b355a925060843629a951df0e6a9362e6d32f",
  },
  externalDns: {
    repository: "https://kubernetes-sigs.github.io/external-dns",
    name: "external-dns",
    version: "1.21.1",
    sha256: "5dd033a4b872bf641860695705ee460031d0bc695f114bf8926fee6736814e19",
  },
  externalSecrets: {
    repository: "https://charts.external-secrets.io",
    name: "external-secrets",
    version: "2.9.0",
    sha256: "da2d5c126a103b4c1b16a9dc1c168c4332a3687144e88ac070e594f81a0b6578",
  },
  gatewayApi14: {
    ...gatewayApi,
    version: "v1.4.1",
    sha256: "73b91b77f6be023a8c92c969fc664e5bd3b1a28aea59eac9ebc904607354dad2",
  },
  gatewayApi15: {
    ...gatewayApi,
    version: "v1.5.1",
    sha256: "751002b3b91a87f7ae3bd2517c79a47a8d7ed6702901808a1cf9bd97d284f9b8",
  },
  flux: {
    repository: "https://fluxcd-community.github.io/helm-charts",
    name: "flux2",
    version: "2.18.3",
    sha256: "3fb83376c55eb7df91062330efbe58238c1ed9702db298a4774f85ea0de2650d",
  },
  istioBase: { repository: "https://istio-release.storage.googleapis.com/charts", name: "base", version: "1.30.0" },
  istioCni: { repository: "https://istio-release.storage.googleapis.com/charts", name: "cni", version: "1.30.0" },
  istiod: { repository: "https://istio-release.storage.googleapis.com/charts", name: "istiod", version: "1.30.0" },
  // No index of a registry states a sha256.
  karpenter: { repository: "oci://public.ecr.aws/karpenter/karpenter", name: "karpenter", version: "1.14.1" },
  kubePrometheusStack: {
    repository: "https://prometheus-community.github.io/helm-charts",
    name: "kube-prometheus-stack",
    version: "88.5.2",
    sha256: "aac57bfb6fb53c3a9c6f4f0526b61145507dd81ff5312c67305ba5e31b7732d6",
  },
  kyverno: {
    repository: "https://kyverno.github.io/kyverno",
    name: "kyverno",
    version: "3.9.0",
    sha256: "9663e8d3d15b070e5925b4f26b3f9a8824872a42ac7bf27ca105c897cb5aba51",
  },
  // No index of a registry states a sha256.
  openbaoOperator: {
    repository: "oci://ghcr.io/dc-tec/charts/openbao-operator",
    name: "openbao-operator",
    version: openbaoOperator,
  },
  /** The definitions of the operator's kinds, as its release has them: Helm neither updates nor removes those in a chart. */
  openbaoDefinitions: {
    repository: "https://github.com/dc-tec/openbao-operator/releases/download",
    name: "openbao-definitions",
    version: openbaoOperator,
    manifest: "crds.yaml",
  },
  reloader: {
    repository: "https://stakater.github.io/stakater-charts",
    name: "reloader",
    version: "2.2.8",
    sha256: "a4e15bf42e6afacafcd2bc8604b53addac34308706062d6c37d864ebe343d560",
  },
  traefikDefinitions: {
    repository: "https://raw.githubusercontent.com/traefik/traefik",
    name: "traefik-definitions",
    version: images.traefik.tag,
    manifest: "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml",
    sha256: "19df8d4caa268314977886df8415cd809ec3faed4c6da608debc2b1c10e38397",
  },
  ztunnel: { repository: "https://istio-release.storage.googleapis.com/charts", name: "ztunnel", version: "1.30.0" },
} as const satisfies Record<string, ChartVersion>;

export type ChartKey = keyof typeof charts;

/** Definitions of the Gateway API (standard channel) per minor version; which one a stack gets follows from config/gateway-api.ts. */
export const gatewayApis = { "1.4": "gatewayApi14", "1.5": "gatewayApi15" } as const satisfies Record<string, ChartKey>;

export type GatewayApiMinor = keyof typeof gatewayApis;
export const gatewayApiVersions = Object.keys(gatewayApis) as [GatewayApiMinor, ...GatewayApiMinor[]];

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

/** k3s image per Kubernetes minor, from the release notes of k3s; the digests are those of independent lock files. */
export const k3sImages = {
  "1.34": {
    repository: "docker.io/rancher/k3s",
    tag: "v1.34.9-k3s1",
    digest: "sha256:9c162556657a38e394d1f944081388ae7c0b85ec29134c509583083e287f804e",
  },
  "1.35": {
    repository: "docker.io/rancher/k3s",
    tag: "v1.35.6-k3s1",
    digest: "sha256:9d6b9c15e8031c1aea7dd7f0cdc019f5e74a23c53b9eada564b7a8dc94efc14c",
  },
  "1.36": {
    repository: "docker.io/rancher/k3s",
    tag: "v1.36.2-k3s1",
    digest: "sha256:6a47cea22c4b834d4ba72c89d291696b79ebe406251f90b446e4dff03513dd87",
  },
} as const satisfies Record<KubernetesMinor, ImageVersion>;

/** What every k3s of `k3sImages` starts by itself: its own manifests name these tags, so they change with the k3s image only. */
export const k3sSystemImages = {
  pause: { repository: "docker.io/rancher/mirrored-pause", tag: "3.6" },
  coreDns: { repository: "docker.io/rancher/mirrored-coredns-coredns", tag: "1.14.4" },
  localPath: { repository: "docker.io/rancher/local-path-provisioner", tag: "v0.0.36" },
  /** Makes and removes the folder of a volume. */
  localPathHelper: { repository: "docker.io/rancher/mirrored-library-busybox", tag: "1.37.0" },
} as const satisfies Record<string, ImageVersion>;

/** Container that k3d starts while it creates a cluster, to find out about the network. Same version as `tools.k3d`. */
export const k3dToolsImage = {
  repository: "ghcr.io/k3d-io/k3d-tools",
  tag: "5.9.0",
} as const satisfies ImageVersion;

/**
 * EKS add-ons per Kubernetes minor: the minors that strata makes on EKS. CoreDNS and kube-proxy: version tables of the EKS user guide
 * (managing-coredns, managing-kube-proxy). The user guide's tables of the other three end at an older minor: theirs are builds that
 * clusters of 1.33 to 1.36 are reported to run. What a region offers is printed by:
 * aws eks describe-addon-versions --kubernetes-version MINOR --addon-name NAME
 */
const sharedAddons = {
  "vpc-cni": "v1.22.4-eksbuild.3",
  "aws-ebs-csi-driver": "v1.66.0-eksbuild.1",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
} as const;

export const eksAddons = {
  "1.34": { ...sharedAddons, coredns: "v1.13.2-eksbuild.11", "kube-proxy": "v1.34.6-eksbuild.13" },
  "1.35": { ...sharedAddons, coredns: "v1.14.3-eksbuild.3", "kube-proxy": "v1.35.3-eksbuild.13" },
  "1.36": { ...sharedAddons, coredns: "v1.14.3-eksbuild.3", "kube-proxy": "v1.36.0-eksbuild.14" },
} as const;

export type EksMinor = keyof typeof eksAddons;
export const eksVersions = Object.keys(eksAddons) as [EksMinor, ...EksMinor[]];

/**
 * PostgreSQL of RDS, same major as `postgres`. Of what a region offers, printed by:
 * aws rds describe-db-engine-versions --engine postgres --query 'DBEngineVersions[].EngineVersion'
 */
export const rdsPostgres = "17.10";

/** Tools that strata runs, and the versions it installs where the machine has none that fits. */
export const tools = {
  // renovate: datasource=github-releases depName=pulumi/pulumi
  pulumi: "3.250.0",
  /** Node language host of machines that build the CLI from Go modules; its own releases follow the CLI's. */
  nodeLanguageHost: "3.60.0",
  // renovate: datasource=github-releases depName=kubernetes-sigs/kind
  kind: "0.33.0",
  /** Lowest kind whose default CNI enforces NetworkPolicy. */
  kindMinimum: "0.24.0",
  // renovate: datasource=github-releases depName=k3d-io/k3d
  k3d: "5.9.0",
  // renovate: datasource=github-releases depName=kubernetes-sigs/kwok
  kwok: "0.8.0",
  /** Control plane of the embedded cluster. */
  // renovate: datasource=github-releases depName=kubernetes/kubernetes
  kubernetes: "1.34.4",
  // renovate: datasource=github-releases depName=etcd-io/etcd
  etcd: "3.6.5",
  /** Installs charts beside the offline kubernetes plugin; the official one has it built in. */
  // renovate: datasource=github-releases depName=helm/helm
  helm: "3.22.0",
  /** Checkers of the tests. The Go module of promtool 3.15.0 is v0.315.0. */
  // renovate: datasource=github-releases depName=prometheus/prometheus
  promtool: "3.15.0",
  // renovate: datasource=github-releases depName=prometheus/alertmanager
  amtool: "0.31.1",
  // renovate: datasource=github-releases depName=rhysd/actionlint
  actionlint: "1.7.12",
} as const;

/** Engine plugins: the npm packages' own versions, so that SDK and plugin never differ. */
export const plugins = {
  // renovate: datasource=npm depName=@pulumi/kubernetes
  kubernetes: "4.34.2",
  // renovate: datasource=npm depName=@pulumi/command
  command: "1.2.1",
  // renovate: datasource=npm depName=@pulumi/random
  random: "4.21.2",
} as const;

/** Of stacks on EKS alone; equal to the version of the npm package too. */
// renovate: datasource=npm depName=@pulumi/aws
export const awsPlugin = "7.48.0";

/** Reference as a pod names it: by tag. The digest is verified where the image enters the machine (see docs/images.md). */
export const imageReference = (image: ImageVersion): string => `${image.repository}:${image.tag}`;

/** Version of the cluster's Kubernetes, as the output `versions` shows it; undefined where somebody else chose it. */
export const kubernetesVersion = (cluster: {
  readonly kind: string;
  readonly kubernetes?: KubernetesMinor;
}): string | undefined => {
  if (cluster.kind === "kwok") return `v${tools.kubernetes}`;
  // EKS chooses the patch.
  if (cluster.kind === "eks") return cluster.kubernetes && `v${cluster.kubernetes}`;
  // As its API server reports it: an image's tag has no plus.
  if (cluster.kind === "k3d") return cluster.kubernetes && k3sImages[cluster.kubernetes].tag.replace("-k3s", "+k3s");
  return cluster.kubernetes && nodeImages[cluster.kubernetes].tag;
};
