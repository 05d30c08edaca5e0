// Traefik: the gateway of the local stacks, from plain objects: no chart, no custom resource definition.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { IngressClass } from "@pulumi/kubernetes/networking/v1/ingressClass.js";
import * as pulumi from "@pulumi/pulumi";
import type { TraefikConfig } from "../../config/schema.ts";
import { Component } from "../../lib/component.ts";
import { allowGatewayReader } from "../../lib/gateway-reader.ts";
import type { Certificates, ClusterHandle, Gateway, GatewayApi, TelemetryHandle } from "../../lib/handles.ts";
import { meshedFlows } from "../../lib/mesh/flows.ts";
import { type MeshMembers, namespaceLabels } from "../../lib/mesh/membership.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { allowFlows } from "../../lib/network-policy.ts";
import { disruptionBudget, spread } from "../../lib/replicas.ts";
import {
  checksum,
  httpProbe,
  metadata,
  podTemplate,
  selector,
  workloadLabels,
  workloadTimeouts,
} from "../../lib/workload.ts";
import { ingressClass, namespaces, nodePorts, ports, services } from "../../names.ts";
import { createGatewayCertificate } from "./certificates/gateway-certificate.ts";
import { type EdgeBackend, flowTo, namespacesOf } from "./edge-backends.ts";
import type { LoadBalancers } from "./load-balancers/index.ts";
import { middlewareReference } from "./middlewares.ts";
import { createTraefikAccess } from "./traefik-access.ts";
import { dynamicFile, staticFile } from "./traefik-config.ts";
import { traefikFlows } from "./traefik-flows.ts";
import {
  createTraefikDefinitions,
  createTraefikGateway,
  middlewareFilters,
  middlewareObjects,
} from "./traefik-gateway.ts";
import { createTraefikService, deregistrationSeconds } from "./traefik-service.ts";

export interface TraefikArgs {
  readonly cluster: ClusterHandle;
  readonly config: TraefikConfig;
  /** Given where routes are HTTPRoutes (`api: gateway`). */
  readonly gatewayApi?: GatewayApi;
  /** Given where the port for TLS has a certificate, which wants `gatewayApi`. */
  readonly certificates?: Certificates;
  /** Given where a load balancer stands before it. */
  readonly loadBalancers?: LoadBalancers;
  /** ARN of the certificate with which that one ends TLS. */
  readonly loadBalancerCertificate?: pulumi.Output<string>;
  /** Whether the tunnel leads here: it speaks plain HTTP for callers who came by TLS. */
  readonly tunnelled?: boolean;
  /** Of the routes. */
  readonly hosts: readonly string[];
  /** Hosts that the certificate is for. */
  readonly certified: readonly string[];
  /** Where traces go. Left out: none are sent. */
  readonly telemetry?: TelemetryHandle;
  /** Namespaces whose routes are served; each needs a RoleBinding (lib/gateway-reader.ts). */
  readonly watched: readonly string[];
  /** What the edge stands before. Left out: there is no edge. */
  readonly pages?: readonly EdgeBackend[];
  /** Left out: no mesh. */
  readonly mesh?: MeshMembers;
}

const user = 65532;

/** Of the first host that is one; where no route names any, it is the load balancer's own name that is known later. */
export const publicUrl = (hosts: readonly string[], tls: boolean): string | undefined => {
  const host = hosts.find((one) => !one.startsWith("*"));
  return host === undefined ? undefined : `${tls ? "https" : "http"}://${host}`;
};

const staticDirectory = "/etc/traefik/static";
const dynamicDirectory = "/etc/traefik/dynamic";

export class Traefik extends Component {
  readonly gateway: Gateway;

  constructor(name: string, args: TraefikArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Traefik", name, options);
    const child = { parent: this };
    const { cluster, config, loadBalancers, certificates } = args;
    const balanced = loadBalancers !== undefined;
    const tls = certificates !== undefined || args.loadBalancerCertificate !== undefined;
    // One pod alone is away with its node.
    const replicas = config.replicas ?? (balanced ? 2 : 1);
    const workload = services.traefik;
    const dashboard = config.dashboard && cluster.local;
    const namespace = createNamespace(
      name,
      {
        name: namespaces.ingress,
        labels: {
          ...namespaceLabels(namespaces.ingress, args.mesh),
          // A pod of a rollout is ready when the load balancer sends it requests, not before the old one goes.
          ...(loadBalancers?.gatesReadiness && { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" }),
        },
      },
      child,
    );

    const pages = args.pages ?? [];
    const pageNamespaces = namespacesOf(pages).filter((name) => !args.watched.includes(name));
    const files = {
      "traefik.yaml": staticFile({
        ingress: config,
        watched: args.watched,
        edge: pageNamespaces,
        dashboard,
        dynamicDirectory,
        ...(args.telemetry && { otlp: new URL(args.telemetry.otlpGrpc).host }),
        tls: args.loadBalancerCertificate ? "load-balancer" : "own",
        redirect: balanced && tls && args.tunnelled !== true,
      }),
      "dynamic.yaml": dynamicFile({
        ingress: config,
        dashboard,
        tls: args.loadBalancerCertificate ? "load-balancer" : "own",
      }),
    };
    const configMap = new ConfigMap(name, { metadata: metadata(workload, namespace), data: files }, child);
    const gatewayApi = config.api === "gateway" ? args.gatewayApi : undefined;
    const access = createTraefikAccess(
      name,
      { namespace, account: workload, gatewayApi: gatewayApi !== undefined },
      child,
    );
    const definitions = gatewayApi && createTraefikDefinitions(`${name}-definitions`, cluster, child);

    new Deployment(
      name,
      {
        metadata: metadata(workload, namespace),
        spec: {
          replicas,
          revisionHistoryLimit: 3,
          selector: { matchLabels: selector(workload) },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: podTemplate({
            name: workload,
            user,
            // A Traefik that starts before the definitions backs off, and serves its first route late.
            serviceAccount:
              gatewayApi && definitions
                ? pulumi.all([access.serviceAccount, gatewayApi.ready, definitions]).apply(([account]) => account)
                : access.serviceAccount,
            metrics: { port: ports.traefikMetrics },
            // Of the static file only: the dynamic one is followed without a restart.
            checksum: checksum(files["traefik.yaml"]),
            ...(balanced && { terminationGracePeriodSeconds: deregistrationSeconds + 30 }),
            extra: spread(workload, replicas, balanced ? "zones" : "nodes"),
            volumes: [
              {
                name: "static",
                configMap: {
                  name: configMap.metadata.name,
                  items: [{ key: "traefik.yaml", path: "traefik.yaml" }],
                },
              },
              {
                name: "dynamic",
                configMap: {
                  name: configMap.metadata.name,
                  // In a folder of its own: at the top it is found twice, as a file and through the volume's timestamped folder.
                  items: [{ key: "dynamic.yaml", path: "routes/dynamic.yaml" }],
                },
              },
            ],
            containers: [
              {
                name: workload,
                image: cluster.images.reference("traefik"),
                args: [`--configFile=${staticDirectory}/traefik.yaml`],
                env: {
                  POD_NAME: { field: "metadata.name" },
                  // Without the pod's name here Traefik asks the API for its own pod, which needs one more permission.
                  OTEL_RESOURCE_ATTRIBUTES: `k8s.pod.name=$(POD_NAME),k8s.namespace.name=${namespaces.ingress}`,
                },
                ports: {
                  web: ports.traefikWeb,
                  websecure: ports.traefikWebsecure,
                  admin: ports.traefikAdmin,
                  metrics: ports.traefikMetrics,
                },
                resources: { cpu: "50m", memory: "64Mi", memoryLimit: "256Mi" },
                startup: httpProbe("/ping", ports.traefikAdmin, { periodSeconds: 1, failureThreshold: 60 }),
                readiness: httpProbe("/ping", ports.traefikAdmin, { periodSeconds: 5 }),
                liveness: httpProbe("/ping", ports.traefikAdmin, { periodSeconds: 10 }),
                drainSeconds: balanced ? deregistrationSeconds : 3,
                mounts: {
                  [staticDirectory]: { name: "static", readOnly: true },
                  [dynamicDirectory]: { name: "dynamic", readOnly: true },
                },
              },
            ],
          }),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );

    const address = createTraefikService(
      name,
      {
        cluster,
        namespace,
        tls,
        ...(loadBalancers && { loadBalancers }),
        ...(args.loadBalancerCertificate && { certificate: args.loadBalancerCertificate }),
      },
      child,
    );

    const defaultClass = new IngressClass(
      name,
      {
        metadata: {
          name: ingressClass,
          labels: workloadLabels(workload),
          annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
        },
        spec: { controller: "traefik.io/ingress-controller" },
      },
      child,
    );
    const flows = traefikFlows({
      ingress: config,
      watched: certificates?.solver === "http" ? [...args.watched, namespaces.ingress] : args.watched,
      pages: pages.map(flowTo),
      ...(loadBalancers && { healthChecksFrom: loadBalancers.aws.vpcCidr }),
      ...(args.telemetry && { telemetryNamespace: args.telemetry.namespace }),
    });
    allowFlows(name, { namespace, workload, flows: meshedFlows(namespaces.ingress, flows, args.mesh) }, child);
    disruptionBudget(name, { namespace, workload, replicas }, child);

    const url = balanced
      ? publicUrl(args.hosts, tls)
      : cluster.local && cluster.nodePorts && !cluster.simulated
        ? `http://localhost:${nodePorts.traefikWeb}`
        : undefined;
    const reader = { clusterRole: access.routeReader, serviceAccount: workload };
    const base = { url, address, namespace: namespaces.ingress, reader };
    if (gatewayApi && definitions) {
      const served = [namespaces.ingress, ...args.watched];
      const listener = certificates ? "https" : tls ? "http" : "none";
      const parent = createTraefikGateway(
        `${name}-gateway`,
        { namespace, gatewayApi, served, servedByTls: pageNamespaces, websecure: listener },
        child,
      );
      if (certificates)
        createGatewayCertificate(
          `${name}-certificate`,
          { certificates, namespace, hosts: args.certified, local: cluster.local },
          child,
        );
      allowGatewayReader(`${name}-reader`, { namespace, gateway: { namespace: namespaces.ingress, reader } }, child);
      const admission = middlewareObjects(config.middlewares, definitions);
      this.gateway = { ...base, api: "gateway", parent, admission, middlewareFilters };
    } else {
      this.gateway = {
        ...base,
        api: "ingress",
        ingressClass: defaultClass.metadata.name,
        admission: [],
        middlewareAnnotation: (names) => names.map(middlewareReference).join(","),
      };
    }
    this.registerOutputs({ url });
  }
}
