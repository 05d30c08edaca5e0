// What the AWS Load Balancer Controller's chart is told, and its flows. Pure.
import type * as pulumi from "@pulumi/pulumi";
import type { ChartImage } from "../../../lib/chart-images.ts";
import { apiServer, awsFlows, type Flows } from "../../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../../names.ts";

export interface LoadBalancerTraits {
  readonly clusterName: string;
  readonly region: string;
  /** Given, and so is the region: the metadata service, which would tell them, is out of reach of pods. */
  readonly vpcId: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Off: what Services of type LoadBalancer don't need, and what the role therefore may not do. */
const featureGates = {
  ServiceTypeLoadBalancerOnly: true,
  SubnetDiscoveryByReachability: false,
  LBCapacityReservation: false,
  NLBGatewayAPI: false,
  ALBGatewayAPI: false,
  GatewayListenerSet: false,
  GlobalAcceleratorController: false,
};

export const loadBalancerValues = (traits: LoadBalancerTraits, image: ChartImage<"awsLoadBalancerController">) => {
  const { name, version } = image("controller");
  const { clusterName, region, vpcId, tags } = traits;
  return {
    clusterName,
    region,
    vpcId,
    defaultTags: tags,
    image: { repository: name, tag: version },
    serviceAccount: { create: true, name: services.loadBalancers },
    // One works, the other takes over.
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { memory: "256Mi" } },
    podSecurityContext: { fsGroup: 65534, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: {
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    },
    controllerConfig: { featureGates },
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    // Services here name their class. This webhook would stand before every Service of the cluster, and refuse all while it is away.
    enableServiceMutatorWebhook: false,
    // Ingress objects are Traefik's: it would refuse them while the controller is away.
    webhookConfig: { disableIngressValidation: true },
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    disableIngressClassAnnotation: true,
    // A new certificate with each upgrade would not be that of the pods until the kubelet has brought it.
    keepTLSSecret: true,
  };
};

export const loadBalancerFlows: Flows = {
  ingress: [
    // The API server calls it, from an address of the VPC.
    { peers: ["anywhere"], ports: [ports.loadBalancersWebhook] },
    { peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: [ports.loadBalancers] },
  ],
  egress: [apiServer, ...awsFlows],
};
