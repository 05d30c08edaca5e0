// Pods that charts and the cluster itself make, as far as policies and graph need them. A chart's file is no part of the tests: each was
// read off the chart of versions.ts, rendered with a stack's values.
import { namespaces } from "../../../names.ts";

/** What must be in a stack for the pods to be there. */
export type Where =
  | { readonly release: string }
  | { readonly clusterKind: readonly string[] }
  /** Type of a resource whose operator makes them, and the object's name where others have that type. */
  | { readonly resource: string; readonly object?: string };

export interface ChartPods {
  readonly where: Where;
  readonly namespace: string;
  readonly name: string;
  /** Default: app.kubernetes.io/name is the name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Name to number; UDP where the name says so. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Port of the chart's own annotations for Prometheus. */
  readonly scraped?: number;
  /** Path in the release's values to annotations that strata gives. */
  readonly annotationsAt?: string;
  /** Paths in the values, or in the resource, to what configures it. Default: none. */
  readonly textsAt?: readonly string[];
  /** Path in the values to volumes with ConfigMaps of strata's. */
  readonly volumesAt?: string;
  /** Objects that it reads: their type, and the path to what tells it whom to talk to. */
  readonly reads?: { readonly resource: string; readonly at: string };
  readonly hostNetwork?: boolean;
  /** Default: the name. */
  readonly serviceAccount?: string;
  readonly replicas?: number;
  /** Ports of its probes, where the kubelet comes through the mesh. */
  readonly probes?: readonly number[];
  /** What it does at the API server; left out: it asks nothing there. */
  readonly asks?: string;
  /** What the API server asks it, at which port. */
  readonly asked?: { readonly port: number; readonly about: string };
}

const system = "kube-system";
const everywhere: Where = { clusterKind: ["kind", "k3d", "eks"] };
const controlPlane: Where = { clusterKind: ["kind"] };
const named = (name: string) => ({ "app.kubernetes.io/name": name });

const static_ = (
  name: string,
  port: number,
  labels: Readonly<Record<string, string>> = { component: name },
): ChartPods => ({
  where: controlPlane,
  namespace: system,
  name,
  labels,
  ports: { metrics: port },
  hostNetwork: true,
});

const certManager = (name: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release: "cert-manager" },
  namespace: namespaces.certificates,
  name,
  asks: "it reads and writes certificates",
  ...more,
});

const flux = (name: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release: "flux" },
  namespace: namespaces.flux,
  name,
  labels: { app: name, ...named(name) },
  asks: "it watches and applies objects",
  ...more,
});

const argocd = (name: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release: "argocd" },
  namespace: namespaces.argocd,
  name,
  ...more,
});

const istio = (release: string, name: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release },
  namespace: namespaces.mesh,
  name,
  labels: { ...named(name), "istio.io/dataplane-mode": "none" },
  ...more,
});

const kyverno = (name: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release: "kyverno" },
  namespace: namespaces.policy,
  name,
  asks: "it reads policies and writes webhooks and reports",
  ...more,
});

const openbaoOperator = (component: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release: "openbao-operator" },
  namespace: namespaces.openbaoOperator,
  name: `openbao-operator-${component}`,
  labels: { ...named("openbao-operator"), "app.kubernetes.io/component": component },
  asks: "it makes what an OpenBaoCluster or OpenBaoTenant says",
  ...more,
});

const stack = (name: string, more: Partial<ChartPods>): ChartPods => ({
  where: { release: "kube-prometheus-stack" },
  namespace: namespaces.observability,
  name,
  ...more,
});

export const chartPods: readonly ChartPods[] = [
  {
    where: everywhere,
    namespace: system,
    name: "coredns",
    labels: { "k8s-app": "kube-dns" },
    ports: { "dns-udp": 53, "dns-tcp": 53, metrics: 9153 },
  },
  static_("etcd", 2381),
  static_("kube-scheduler", 10259),
  static_("kube-controller-manager", 10257),
  static_("kube-proxy", 10249, { "k8s-app": "kube-proxy" }),
  {
    where: { release: "cilium" },
    namespace: system,
    name: "cilium-agent",
    ports: { prometheus: 9962 },
    scraped: 9962,
    hostNetwork: true,
  },
  {
    where: { release: "cilium" },
    namespace: system,
    name: "cilium-operator",
    ports: { prometheus: 9963 },
    scraped: 9963,
    hostNetwork: true,
  },
  certManager("cert-manager", { ports: { metrics: 9402 }, scraped: 9402 }),
  certManager("cainjector", { ports: { metrics: 9402 }, scraped: 9402 }),
  certManager("webhook", {
    ports: { https: 10250, metrics: 9402 },
    scraped: 9402,
    asked: { port: 10250, about: "certificates and issuers" },
  }),
  certManager("startupapicheck", { asks: "it makes a certificate on trial" }),
  {
    where: { release: "external-secrets" },
    namespace: namespaces.externalSecrets,
    name: "external-secrets",
    ports: { metrics: 8080 },
    annotationsAt: "podAnnotations",
    asks: "it writes Secrets",
  },
  {
    where: { release: "reloader" },
    namespace: namespaces.apps,
    name: "reloader",
    ports: { http: 9090 },
    annotationsAt: "reloader.deployment.pod.annotations",
    probes: [9090],
    asks: "it watches Secrets and restarts Deployments",
  },
  kyverno("kyverno-admission-controller", {
    ports: { https: 9443, "metrics-port": 8000 },
    asked: { port: 9443, about: "pods" },
  }),
  kyverno("kyverno-reports-controller", { ports: { https: 9443, metrics: 8000 } }),
  kyverno("kyverno-hooks", { labels: {}, asks: "Jobs around its removal" }),
  flux("source-controller", {
    ports: { http: 9090, "http-prom": 8080 },
    scraped: 8080,
    reads: { resource: "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository", at: "spec.url" },
  }),
  flux("kustomize-controller", { ports: { "http-prom": 8080 }, scraped: 8080 }),
  flux("flux-check", { labels: {}, asks: "a Job that looks whether the cluster will do" }),
  argocd("argocd-server", { ports: { server: 8080, metrics: 8083 }, asks: "it shows Applications" }),
  argocd("argocd-application-controller", { ports: { metrics: 8082 }, asks: "it watches and applies objects" }),
  argocd("argocd-repo-server", {
    ports: { "repo-server": 8081, metrics: 8084 },
    reads: { resource: "kubernetes:argoproj.io/v1alpha1:Application", at: "spec.source.repoURL" },
  }),
  argocd("argocd-redis", { ports: { redis: 6379 } }),
  argocd("argocd-redis-secret-init", { asks: "it makes the Secret with Redis' password" }),
  {
    where: { release: "aws-load-balancer-controller" },
    namespace: namespaces.loadBalancers,
    name: "aws-load-balancer-controller",
    ports: { "webhook-server": 9443, "metrics-server": 8080 },
    scraped: 8080,
    asks: "it watches Services",
    asked: { port: 9443, about: "target group bindings" },
  },
  {
    where: { release: "external-dns" },
    namespace: namespaces.dns,
    name: "external-dns",
    ports: { http: 7979 },
    annotationsAt: "podAnnotations",
    asks: "it watches DNSEndpoints",
  },
  {
    where: { release: "cloudnative-pg" },
    namespace: namespaces.database,
    name: "cloudnative-pg",
    ports: { metrics: 8080, "webhook-server": 9443 },
    annotationsAt: "podAnnotations",
    asks: "it makes what a Cluster says",
    asked: { port: 9443, about: "Clusters and backups" },
  },
  istio("istiod", "istiod", {
    ports: { "tls-xds": 15012, "https-webhooks": 15017, "http-monitoring": 15014 },
    scraped: 15014,
    asks: "it watches Services and Istio's objects",
    asked: { port: 15017, about: "Istio's objects" },
  }),
  istio("istio-cni", "istio-cni", { ports: { metrics: 15014 }, scraped: 15014, asks: "it watches pods" }),
  istio("ztunnel", "ztunnel", { ports: { "ztunnel-stats": 15020 }, scraped: 15020 }),
  openbaoOperator("controller", { ports: { metrics: 8443 } }),
  openbaoOperator("provisioner", {}),
  stack("kube-prometheus-stack-prometheus-operator", {
    ports: { https: 10250 },
    asks: "it, and the Jobs that make its webhook's certificate",
    asked: { port: 10250, about: "rules" },
  }),
  stack("prometheus", {
    ports: { http: 9090 },
    annotationsAt: "prometheus.prometheusSpec.podMetadata.annotations",
    textsAt: ["prometheus.prometheusSpec.additionalScrapeConfigs"],
  }),
  stack("alertmanager", {
    ports: { http: 9093 },
    annotationsAt: "alertmanager.alertmanagerSpec.podMetadata.annotations",
    textsAt: ["alertmanager.config"],
  }),
  stack("grafana", {
    ports: { http: 3000 },
    annotationsAt: "grafana.podAnnotations",
    volumesAt: "grafana.extraVolumes",
  }),
  {
    where: { resource: "kubernetes:postgresql.cnpg.io/v1:Cluster" },
    namespace: namespaces.database,
    name: "postgresql",
    ports: { postgresql: 5432, metrics: 9187, status: 8000 },
    annotationsAt: "spec.inheritedMetadata.annotations",
    serviceAccount: "postgres",
    replicas: 3,
    asks: "each instance reads its Cluster and says how it is",
  },
  {
    where: { resource: "kubernetes:openbao.org/v1alpha1:OpenBaoCluster" },
    namespace: namespaces.openbao,
    name: "openbao",
    ports: { api: 8200, cluster: 8201 },
    textsAt: ["spec.backup.target.endpoint"],
    replicas: 3,
    asks: "it looks for its other pods, and asks whose a token is",
  },
  {
    where: { resource: "kubernetes:gateway.networking.k8s.io/v1:Gateway", object: "waypoint" },
    namespace: namespaces.apps,
    name: "waypoint",
    labels: {
      ...named("waypoint"),
      "istio.io/dataplane-mode": "none",
      "gateway.networking.k8s.io/gateway-class-name": "istio-waypoint",
    },
    ports: { mesh: 15008, metrics: 15020 },
    scraped: 15020,
  },
];
