// Every identifier that two files share: namespaces, host ports, service addresses, labels.

export const namespaces = {
  ingress: "edge",
  apps: "apps",
  microservices: "microservices",
  database: "database",
  storage: "storage",
  observability: "observability",
  nodeAgents: "node-agents",
  messaging: "messaging",
  tunnel: "cloudflare",
  externalSecrets: "external-secrets",
  secretSource: "secret-source",
  mesh: "istio-system",
  policy: "kyverno",
  flux: "flux-system",
  argocd: "argocd",
  certificates: "cert-manager",
  dns: "external-dns",
  calico: "tigera-operator",
  loadBalancers: "aws-load-balancers",
  openbao: "openbao",
  openbaoOperator: "openbao-operator-system",
} as const;

/** NodePorts, and the same numbers on 127.0.0.1 of a local cluster's host. */
export const nodePorts = {
  grafana: 30300,
  traefikWeb: 30081,
  traefikWebsecure: 30444,
  hubbleUi: 31235,
  prometheus: 30090,
  alertmanager: 30093,
  redpandaConsole: 30082,
  argocd: 30080,
} as const;

/** Ports that containers and Services listen on inside the cluster. */
export const ports = {
  postgres: 5432,
  postgresExporter: 9187,
  postgresStatus: 8000,
  cloudnativePgWebhook: 9443,
  cloudnativePgMetrics: 8080,
  garageS3: 3900,
  garageRpc: 3901,
  garageAdmin: 3903,
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  loki: 3100,
  lokiGrpc: 9095,
  tempo: 3200,
  tempoGrpc: 9095,
  otlpGrpc: 4317,
  otlpHttp: 4318,
  collectorMetrics: 8888,
  collectorHealth: 13133,
  alloyHttp: 12345,
  fluentBitHttp: 2020,
  kubeStateMetrics: 8080,
  kubeStateMetricsSelf: 8081,
  nodeExporter: 9100,
  traefikWeb: 8000,
  traefikWebsecure: 8443,
  traefikAdmin: 8080,
  traefikMetrics: 9100,
  cloudflaredMetrics: 2000,
  hbone: 15008,
  ciliumAgentMetrics: 9962,
  ciliumOperatorMetrics: 9963,
  istiodXds: 15012,
  istiodMetrics: 15014,
  istioCniMetrics: 15014,
  istiodWebhook: 15017,
  istioProxyMetrics: 15020,
  kyvernoWebhook: 9443,
  kafka: 9092,
  redpandaAdmin: 9644,
  redpandaRpc: 33145,
  redpandaConsole: 8080,
  externalSecretsMetrics: 8080,
  reloaderMetrics: 9090,
  gitServer: 8080,
  certManagerMetrics: 9402,
  certManagerWebhook: 10250,
  acmeSolver: 8089,
  externalDns: 7979,
  loadBalancers: 8080,
  loadBalancersWebhook: 9443,
  rustfsS3: 9000,
  openbaoApi: 8200,
  openbaoCluster: 8201,
  openbaoMetrics: 8202,
  openbaoOperatorMetrics: 8443,
  argocdServer: 8080,
} as const;

/** Service names; each is also the value of the label app.kubernetes.io/name of its pods. */
export const services = {
  postgres: "postgres",
  /** The name that CloudNativePG gives the pods of every cluster. */
  postgresInstance: "postgresql",
  postgresExporter: "postgres-exporter",
  cloudnativePg: "cloudnative-pg",
  garage: "garage",
  prometheus: "prometheus",
  /** Label only: the chart names it. */
  prometheusOperator: "kube-prometheus-stack-prometheus-operator",
  alertmanager: "alertmanager",
  grafana: "grafana",
  loki: "loki",
  tempo: "tempo",
  collector: "otel-collector",
  agent: "otel-agent",
  alloy: "alloy",
  fluentBit: "fluent-bit",
  kubeStateMetrics: "kube-state-metrics",
  nodeExporter: "node-exporter",
  traefik: "traefik",
  cloudflared: "cloudflared",
  redpanda: "redpanda",
  redpandaConsole: "redpanda-console",
  externalSecrets: "external-secrets",
  reloader: "reloader",
  istiod: "istiod",
  istioCni: "istio-cni",
  ztunnel: "ztunnel",
  waypoint: "waypoint",
  kyverno: "kyverno",
  gitServer: "git-server",
  loadBalancers: "aws-load-balancer-controller",
  /** The chart names it. */
  argocdServer: "argocd-server",
  rustfs: "rustfs",
  openbaoOperator: "openbao-operator",
  /** Label only: the operator names the pods of every cluster so. */
  openbao: "openbao",
} as const;

/** Cluster-internal host name of a Service. */
export const host = (service: string, namespace: string): string => `${service}.${namespace}.svc.cluster.local`;

export const ingressClass = "traefik";
/** Gateway object of each gateway. */
export const gatewayObject = { traefik: "traefik", cilium: "gateway" } as const;
/** Secret with the gateway's certificate, in its namespace. */
export const gatewayCertificate = "gateway-tls";
/** GatewayClass of each gateway. */
export const gatewayClass = { traefik: "traefik", cilium: "cilium" } as const;
export const s3Region = "garage";
/** Addresses of pods in a kind cluster: kind's own default, which its controller manager hands out. */
export const podCidr = "10.244.0.0/16";

export const labels = {
  name: "app.kubernetes.io/name",
  component: "app.kubernetes.io/component",
  partOf: "app.kubernetes.io/part-of",
  managedBy: "app.kubernetes.io/managed-by",
} as const;
