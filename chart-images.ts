// The images of the charts in versions.ts, by chart and by what each is for: a chart is given these, so that it renders no other.
// An image that strata uses without the chart too is in `images` and not here. Digests as there; Cilium's are those of its release notes.
import { type ChartKey, type ImageVersion, images } from "./versions.ts";

export const chartImages = {
  argoCd: {
    argocd: { repository: "quay.io/argoproj/argocd", tag: "v3.3.2" },
    redis: { repository: "ecr-public.aws.com/docker/library/redis", tag: "8.2.3-alpine" },
  },
  awsLoadBalancerController: {
    controller: { repository: "public.ecr.aws/eks/aws-load-balancer-controller", tag: "v3.5.0" },
  },
  // Its operator names the images of the nodes' programs itself, and the nodes pull them.
  calico: {
    operator: { repository: "quay.io/tigera/operator", tag: "v1.40.15" },
  },
  certManager: {
    acmeSolver: { repository: "quay.io/jetstack/cert-manager-acmesolver", tag: "v1.21.2" },
    cainjector: { repository: "quay.io/jetstack/cert-manager-cainjector", tag: "v1.21.2" },
    controller: { repository: "quay.io/jetstack/cert-manager-controller", tag: "v1.21.2" },
    startupApiCheck: { repository: "quay.io/jetstack/cert-manager-startupapicheck", tag: "v1.21.2" },
    webhook: { repository: "quay.io/jetstack/cert-manager-webhook", tag: "v1.21.2" },
  },
  cilium: {
    agent: {
      repository: "quay.io/cilium/cilium",
      tag: "v1.19.1",
      digest: "sha256:41f1f74a0000de8656f1de4088ea00c8f2d49d6edea579034c73c5fd5fe01792",
    },
    envoy: {
      repository: "quay.io/cilium/cilium-envoy",
      tag: "v1.35.9-1770979049-232ed4a26881e4ab4f766f251f258ed424fff663",
      digest: "sha256:8188114a2768b5f49d6ce58e168b20d765e0fbc64eee0d83241aa2b150ccd788",
    },
    hubbleRelay: {
      repository: "quay.io/cilium/hubble-relay",
      tag: "v1.19.1",
      digest: "sha256:d8c4e13bc36a56179292bb52bc6255379cb94cb873700d316ea3139b1bdb8165",
    },
    hubbleUi: {
      repository: "quay.io/cilium/hubble-ui",
      tag: "v0.13.3",
      digest: "sha256:661d5de7050182d495c6497ff0b007a7a1e379648e60830dd68c4d78ae21761d",
    },
    hubbleUiBackend: {
      repository: "quay.io/cilium/hubble-ui-backend",
      tag: "v0.13.3",
      digest: "sha256:db1454e45dc39ca41fbf7cad31eec95d99e5b9949c39daaad0fa81ef29d56953",
    },
    operator: {
      repository: "quay.io/cilium/operator-generic",
      tag: "v1.19.1",
      digest: "sha256:e7278d763e448bf6c184b0682cf98cdca078d58a27e1b2f3c906792670aa211a",
    },
    // In its place on AWS.
    operatorAws: {
      repository: "quay.io/cilium/operator-aws",
      tag: "v1.19.1",
      digest: "sha256:18913d05a6c4d205f0b7126c4723bb9ccbd4dc24403da46ed0f9f4bf2a142804",
    },
  },
  cloudnativePg: {
    operator: { repository: "ghcr.io/cloudnative-pg/cloudnative-pg", tag: "1.30.0" },
  },
  externalSecrets: {
    controller: { repository: "ghcr.io/external-secrets/external-secrets", tag: "v2.9.0" },
  },
  reloader: {
    controller: { repository: "ghcr.io/stakater/reloader", tag: "v1.4.13" },
  },
  istioBase: {},
  istioCni: {
    installer: { repository: "docker.io/istio/install-cni", tag: "1.30.0-distroless" },
  },
  istiod: {
    pilot: { repository: "docker.io/istio/pilot", tag: "1.30.0-distroless" },
    // Of the waypoints.
    proxy: { repository: "docker.io/istio/proxyv2", tag: "1.30.0-distroless" },
  },
  karpenter: {
    controller: {
      repository: "public.ecr.aws/karpenter/controller",
      tag: "1.14.1",
      digest: "sha256:723130949e4cab989461ff07d1be4cd781d63515432494641b33c235f300ae23",
    },
  },
  kyverno: {
    admission: { repository: "reg.kyverno.io/kyverno/kyverno", tag: "v1.19.0" },
    init: { repository: "reg.kyverno.io/kyverno/kyvernopre", tag: "v1.19.0" },
    readinessChecker: { repository: "ghcr.io/kyverno/readiness-checker", tag: "v1.19.0" },
    reports: { repository: "reg.kyverno.io/kyverno/reports-controller", tag: "v1.19.0" },
  },
  openbaoDefinitions: {},
  // The last three run in the namespace of the cluster: the operator makes their Jobs and init containers.
  openbaoOperator: {
    operator: { repository: "ghcr.io/dc-tec/openbao-operator", tag: "0.5.1" },
    init: { repository: "ghcr.io/dc-tec/openbao-init", tag: "0.5.1" },
    backup: { repository: "ghcr.io/dc-tec/openbao-backup", tag: "0.5.1" },
    upgrade: { repository: "ghcr.io/dc-tec/openbao-upgrade", tag: "0.5.1" },
  },
  ztunnel: {
    proxy: { repository: "docker.io/istio/ztunnel", tag: "1.30.0-distroless" },
  },
  flux: {
    cli: { repository: "ghcr.io/fluxcd/flux-cli", tag: "v2.8.5" },
    kustomizeController: { repository: "ghcr.io/fluxcd/kustomize-controller", tag: "v1.8.3" },
    sourceController: { repository: "ghcr.io/fluxcd/source-controller", tag: "v1.8.2" },
  },
  externalDns: {
    controller: { repository: "registry.k8s.io/external-dns/external-dns", tag: "v0.21.0" },
  },
  traefikDefinitions: {},
  kubePrometheusStack: {
    configReloader: {
      repository: "quay.io/prometheus-operator/prometheus-config-reloader",
      tag: "v0.93.1",
      digest: "sha256:428f088fe6fe07ab138bda92113664b04848a1dc408e4d3680a60ecdb55d1a65",
    },
    operator: {
      repository: "quay.io/prometheus-operator/prometheus-operator",
      tag: "v0.93.1",
      digest: "sha256:e52bb28fd41c98dd407c7a8cba8bdcfe7eabd7447e250afaf1fe7bb816dedbff",
    },
    webhookCertificate: { repository: "ghcr.io/jkroepke/kube-webhook-certgen", tag: "1.8.5" },
  },
} as const satisfies Partial<Record<ChartKey, Readonly<Record<string, ImageVersion>>>>;

type ChartImages = typeof chartImages;

/** Charts whose images are known. */
export type ChartWithImages = keyof ChartImages;

/** What an image of a chart is for. */
export type ChartImageRole<Chart extends ChartWithImages> = keyof ChartImages[Chart] & string;

/** Key of a chart's image, as `images.overrides` and the output `versions` name it: cilium.hubbleRelay. */
export type ChartImageKey = { [Chart in ChartWithImages]: `${Chart}.${ChartImageRole<Chart>}` }[ChartWithImages];

/** Every image of strata by its key. */
export const imageVersions: Readonly<Record<string, ImageVersion>> = {
  ...images,
  ...Object.fromEntries(
    Object.entries(chartImages).flatMap(([chart, roles]) =>
      Object.entries(roles).map(([role, version]) => [`${chart}.${role}`, version]),
    ),
  ),
};
