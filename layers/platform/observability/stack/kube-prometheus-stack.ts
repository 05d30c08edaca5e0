// Prometheus, Alertmanager and Grafana by the chart kube-prometheus-stack: its operator makes the pods from objects of its own kinds.
import type * as pulumi from "@pulumi/pulumi";
import { chartImage, sharedImage } from "../../../../lib/chart-images.ts";
import { Component } from "../../../../lib/component.ts";
import type { ClusterHandle } from "../../../../lib/handles.ts";
import { allowFlows, apiServer } from "../../../../lib/network-policy.ts";
import { createRelease } from "../../../../lib/release.ts";
import { services } from "../../../../names.ts";
import { type StackValuesArgs, stackValues } from "./values.ts";

/** Of the release, and so the start of the names of its objects. */
const releaseName = "kube-prometheus-stack";

export interface KubePrometheusStackArgs extends Omit<StackValuesArgs, "cluster" | "images"> {
  readonly cluster: ClusterHandle;
  readonly namespace: pulumi.Input<string>;
}

export class KubePrometheusStack extends Component {
  constructor(name: string, args: KubePrometheusStackArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "KubePrometheusStack", name, options);
    const child = { parent: this };
    const { cluster, namespace } = args;
    const own = chartImage(cluster.images, "kubePrometheusStack");

    const policy = allowFlows(
      name,
      {
        namespace,
        // The operator, and the Jobs that make its webhook's certificate.
        workload: services.prometheusOperator,
        flows: {
          // The API server asks whether a rule is valid, from a node's address.
          ingress: [{ peers: ["anywhere"], ports: [10250] }],
          egress: [apiServer],
        },
      },
      child,
    );
    createRelease(
      name,
      {
        name: releaseName,
        chart: cluster.charts.chart("kubePrometheusStack"),
        namespace,
        values: stackValues({
          ...args,
          cluster: cluster.name,
          images: {
            operator: own("operator"),
            configReloader: own("configReloader"),
            webhookCertificate: own("webhookCertificate"),
            prometheus: sharedImage(cluster.images, "prometheus"),
            alertmanager: sharedImage(cluster.images, "alertmanager"),
            grafana: sharedImage(cluster.images, "grafana"),
          },
        }),
      },
      // No value of the policy is in the release, and without it the Job before everything else can't reach the API server.
      { ...child, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}
