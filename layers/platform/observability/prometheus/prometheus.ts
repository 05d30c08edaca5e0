// Prometheus: one pod that scrapes, evaluates the rules, and takes metrics by OTLP and remote write.
import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows, type Flows } from "../../../../lib/network-policy.ts";
import {
  checksum,
  dataClaim,
  httpProbe,
  metadata,
  podManagementPolicy,
  podTemplate,
  selector,
  skipAwait,
  workloadLabels,
  workloadTimeouts,
} from "../../../../lib/workload.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../../names.ts";
import { type RuleGroup, ruleFile } from "../rules/types.ts";
import { prometheusArgs, prometheusConfig } from "./config.ts";

export interface PrometheusArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["prometheus"];
  readonly rules: readonly RuleGroup[];
  /** Name of the cluster: the label `cluster` of every alert. */
  readonly cluster: string;
  /** nodePort: reachable from 127.0.0.1 of the user's machine. cluster: from inside only. */
  readonly exposure: "nodePort" | "cluster";
  /** Whether the control plane's components listen where they can be scraped; see kubernetesJobs. */
  readonly controlPlane: "open" | "closed";
}

/** What discovery and scraping need, and nothing that could read a Secret or run a command. */
export const prometheusPermissions = [
  { apiGroups: [""], resources: ["nodes", "pods", "services"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  { nonResourceURLs: ["/metrics"], verbs: ["get"] },
];

/** Ports of nodes: API server, kubelet, control plane, kube-proxy, node-exporter. Pods may be scraped on any port. */
const nodeTargets = [443, 6443, 10250, 10257, 10259, 2381, 10249, ports.nodeExporter];

const flows = (exposure: PrometheusArgs["exposure"]): Flows => ({
  ingress: [
    {
      peers:
        exposure === "nodePort"
          ? ["anywhere"]
          : [{ namespace: namespaces.observability }, { namespace: namespaces.tunnel, workload: services.cloudflared }],
      ports: [ports.prometheus],
    },
  ],
  egress: [
    { peers: ["pods"], ports: [] },
    { peers: ["anywhere"], ports: nodeTargets },
  ],
});

export class Prometheus extends Component {
  /** http://host:9090 inside the cluster. A plain address: whoever sends or asks retries. */
  readonly url: string;

  constructor(name: string, args: PrometheusArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Prometheus", name, options);
    const child = { parent: this };
    const workload = services.prometheus;
    this.url = `http://${host(workload, namespaces.observability)}:${ports.prometheus}`;
    const open = args.exposure === "nodePort";

    // JSON is YAML as well, and writing it takes 0.4 ms at every run where the yaml package takes 100.
    const config = JSON.stringify(prometheusConfig({ ...args.config, ...args }), null, 1);
    const rules = JSON.stringify(ruleFile(args.rules), null, 1);

    const serviceAccount = new ServiceAccount(name, { metadata: metadata(workload, args.namespace) }, child);
    const role = new ClusterRole(
      name,
      {
        metadata: { name: `strata-${workload}`, labels: workloadLabels(workload) },
        rules: prometheusPermissions,
      },
      child,
    );
    const binding = new ClusterRoleBinding(
      name,
      {
        metadata: { name: `strata-${workload}`, labels: workloadLabels(workload) },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: workload, namespace: args.namespace }],
      },
      child,
    );
    const configMap = new ConfigMap(
      `${name}-config`,
      {
        metadata: metadata(workload, args.namespace),
        data: { "prometheus.yaml": config, "rules.yaml": rules },
      },
      child,
    );

    new StatefulSet(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          podManagementPolicy,
          serviceName: workload,
          replicas: 1,
          selector: { matchLabels: selector(workload) },
          template: podTemplate({
            name: workload,
            user: 65534,
            metrics: { port: ports.prometheus },
            checksum: checksum(config, rules),
            serviceAccount: serviceAccount.metadata.name,
            terminationGracePeriodSeconds: 60,
            containers: [
              {
                name: workload,
                image: args.images.reference("prometheus"),
                args: prometheusArgs(open ? `http://localhost:${nodePorts.prometheus}` : this.url),
                ports: { http: ports.prometheus },
                resources: { cpu: "100m", memory: "384Mi", memoryLimit: "1Gi" },
                // Not ready while it replays its log, which can be long after a crash.
                startup: httpProbe("/-/ready", "http", { periodSeconds: 1, failureThreshold: 300 }),
                readiness: httpProbe("/-/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
                liveness: httpProbe("/-/healthy", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
                mounts: { "/etc/prometheus": { name: "config", readOnly: true }, "/prometheus": "data" },
              },
            ],
            volumes: [{ name: "config", configMap: { name: configMap.metadata.name } }],
          }),
          volumeClaimTemplates: [dataClaim(args.config.storage)],
        },
      },
      // No value of the binding is in the pod, and without it the first discovery is refused and retried late.
      { ...child, dependsOn: [binding], customTimeouts: workloadTimeouts },
    );

    new Service(
      name,
      {
        metadata: metadata(workload, args.namespace, { annotations: skipAwait }),
        spec: {
          type: open ? "NodePort" : "ClusterIP",
          selector: selector(workload),
          ports: [
            {
              name: "http",
              port: ports.prometheus,
              targetPort: "http",
              ...(open && { nodePort: nodePorts.prometheus }),
            },
          ],
        },
      },
      child,
    );

    allowFlows(name, { namespace: args.namespace, workload, flows: flows(args.exposure) }, child);
    this.registerOutputs({ url: this.url });
  }
}
