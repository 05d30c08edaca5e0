// Traefik's Service: a cluster's own address, node ports, or a network load balancer of AWS. The specs are pure.
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../lib/handles.ts";
import { metadata, selector, skipAwait } from "../../lib/workload.ts";
import { nodePorts, ports, services } from "../../names.ts";
import type { LoadBalancers } from "./load-balancers/index.ts";

/** Seconds in which a load balancer may still send requests to a pod that goes: so long the pod goes on serving. */
export const deregistrationSeconds = 60;

export interface BalancedArgs {
  readonly subnetIds: readonly string[];
  /** Left out where whoever makes the load balancer may put no tags of others on it. */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the certificate with which the load balancer ends TLS. Left out: it passes TLS on. */
  readonly certificate?: string;
}

const prefix = "service.beta.kubernetes.io/aws-load-balancer-";

const pairs = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** What the controller reads off the Service, theirs or that of EKS Auto Mode. */
export const balancedAnnotations = ({ subnetIds, tags, certificate }: BalancedArgs): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({
      scheme: "internet-facing",
      // Straight to the pods: no second hop, and no port open on the nodes.
      "nlb-target-type": "ip",
      subnets: subnetIds.join(","),
      attributes: pairs({
        "load_balancing.cross_zone.enabled": "true",
        // It holds nothing, and a destroy has to get rid of it.
        "deletion_protection.enabled": "false",
      }),
      "target-group-attributes": pairs({
        // Traefik sees who calls, without the PROXY protocol, which the health check would have to speak too.
        "preserve_client_ip.enabled": "true",
        "deregistration_delay.timeout_seconds": String(deregistrationSeconds),
      }),
      "healthcheck-protocol": "HTTP",
      "healthcheck-port": String(ports.traefikAdmin),
      "healthcheck-path": "/ping",
      "healthcheck-interval": "10",
      "healthcheck-healthy-threshold": "2",
      "healthcheck-unhealthy-threshold": "2",
      ...(tags && { "additional-resource-tags": pairs(tags) }),
      ...(certificate !== undefined && {
        "ssl-cert": certificate,
        "ssl-ports": "443",
        // TLS 1.2 and 1.3.
        "ssl-negotiation-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
      }),
    }).map(([key, value]) => [`${prefix}${key}`, value]),
  );

const port = (name: "web" | "websecure", number: number, nodePort?: number) => ({
  name,
  port: number,
  targetPort: name,
  protocol: "TCP",
  ...(nodePort !== undefined && { nodePort }),
});

export interface TraefikServiceArgs {
  readonly cluster: ClusterHandle;
  readonly namespace: pulumi.Input<string>;
  readonly loadBalancers?: LoadBalancers;
  /** Whether the port for TLS has a certificate. */
  readonly tls: boolean;
  /** ARN of one with which the load balancer ends TLS. */
  readonly certificate?: pulumi.Output<string>;
}

/** @returns host name of the load balancer. Waits for it; undefined where there is none, or nobody makes one. */
export const createTraefikService = (
  name: string,
  { cluster, namespace, loadBalancers, tls, certificate }: TraefikServiceArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined => {
  const workload = services.traefik;
  if (loadBalancers === undefined) {
    const at = (number: number) => (cluster.nodePorts ? number : undefined);
    new Service(
      name,
      {
        metadata: metadata(workload, namespace, { annotations: skipAwait }),
        spec: {
          type: cluster.nodePorts ? "NodePort" : "ClusterIP",
          selector: selector(workload),
          ports: [port("web", 80, at(nodePorts.traefikWeb)), port("websecure", 443, at(nodePorts.traefikWebsecure))],
        },
      },
      options,
    );
    return undefined;
  }
  const { aws, serviceClass } = loadBalancers;
  const annotations = pulumi.all([aws.publicSubnetIds, certificate]).apply(([subnetIds, arn]) => ({
    ...balancedAnnotations({
      subnetIds,
      // The policies of Auto Mode refuse a load balancer with tags other than its own.
      ...(aws.nodes !== "auto" && { tags: aws.tags }),
      ...(arn !== undefined && { certificate: arn }),
    }),
    // Simulated nodes get no load balancer: the wait would be for ever.
    ...(cluster.simulated && skipAwait),
  }));
  const service = new Service(
    name,
    {
      metadata: { ...metadata(workload, namespace), annotations },
      spec: {
        type: "LoadBalancer",
        loadBalancerClass: serviceClass,
        // Targets are pods: what a node would do with the traffic does not matter, and it opens no port for it.
        externalTrafficPolicy: "Cluster",
        allocateLoadBalancerNodePorts: false,
        selector: selector(workload),
        // Without a certificate nobody is offered the one that Traefik signs itself.
        ports: [port("web", 80), ...(tls ? [port("websecure", 443)] : [])],
      },
    },
    // Its load balancer takes minutes to come and to go. Until it is gone the Service stays, and with it what it needs.
    { ...options, customTimeouts: { create: "10m", update: "10m", delete: "15m" } },
  );
  if (cluster.simulated) return undefined;
  return service.status.apply((status) => status?.loadBalancer?.ingress?.[0]?.hostname ?? "");
};
