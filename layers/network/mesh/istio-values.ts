// What Istio's four charts are told. Pure.
import type { ChartImage } from "../../../lib/chart-images.ts";
import { services } from "../../../names.ts";

export interface IstioTraits {
  /** On this machine, thrown away with one command. */
  readonly local: boolean;
  /** Nothing answers on simulated nodes. */
  readonly simulated: boolean;
  /** host:port of the collector's OTLP/gRPC. Left out: no traces. */
  readonly collector?: string;
}

/** Name of the collector in Istio's configuration. */
export const tracingProvider = "otel-tracing";

const resources = (cpu: string, memory: string, memoryLimit: string) => ({
  requests: { cpu, memory },
  limits: { memory: memoryLimit },
});

const seccompProfile = { type: "RuntimeDefault" };

/** The API server would wait ten seconds for istiod's webhook at each object. */
const validation = (traits: IstioTraits) => (traits.simulated ? { defaultRevision: "" } : {});

export const istioBaseValues = (traits: IstioTraits) => validation(traits);

const tracing = (collector: string) => {
  const url = new URL(`http://${collector}`);
  return {
    enableTracing: true,
    extensionProviders: [{ name: tracingProvider, opentelemetry: { service: url.hostname, port: Number(url.port) } }],
  };
};

/** A chart takes a name with a slash in it for the whole reference. */
export const istiodValues = (traits: IstioTraits, image: ChartImage<"istiod">) => ({
  profile: "ambient",
  image: image("pilot").reference,
  global: {
    proxy: { image: image("proxy").reference },
    imagePullPolicy: "IfNotPresent",
    logAsJson: true,
    configValidation: !traits.simulated,
    waypoint: { resources: resources("50m", "96Mi", "384Mi") },
  },
  // Of the waypoints: their namespaces enforce the restricted pod security standard.
  gateways: { seccompProfile },
  seccompProfile,
  resources: resources("50m", "128Mi", "1Gi"),
  autoscaleEnabled: false,
  replicaCount: traits.local ? 1 : 2,
  meshConfig: {
    // A path that is written in another way must not get past a policy that denies it.
    pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
    ...(traits.collector !== undefined && tracing(traits.collector)),
  },
});

export const istioCniValues = (image: ChartImage<"istioCni">) => ({
  profile: "ambient",
  image: image("installer").reference,
  global: { imagePullPolicy: "IfNotPresent", logAsJson: true },
  // Behind the plugin of the pod network, in its own file: Cilium and kindnet both leave others in the folder alone.
  chained: true,
  resources: resources("50m", "64Mi", "256Mi"),
});

export const ztunnelValues = (image: ChartImage<"ztunnel">) => ({
  profile: "ambient",
  image: image("proxy").reference,
  imagePullPolicy: "IfNotPresent",
  logAsJson: true,
  // The chart's own request of 512Mi is for 200000 pods.
  resources: resources("50m", "64Mi", "512Mi"),
});

/** Name of each release, and of the workload that it is known by. */
export const releases = {
  base: "istio-base",
  istiod: services.istiod,
  cni: services.istioCni,
  ztunnel: services.ztunnel,
} as const;
