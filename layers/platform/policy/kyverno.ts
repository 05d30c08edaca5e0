// Kyverno with strata's policies. Nothing waits for it: it judges what is there, and from then on what comes.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { PolicyConfig } from "../../../config/schema.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowNamespaceFlows, apiServer } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { workloadLabels } from "../../../lib/workload.ts";
import { namespaces, ports, services } from "../../../names.ts";
import { kyvernoValues } from "./kyverno-values.ts";
import { ruleSpec, rules } from "./rules.ts";

export interface KyvernoArgs {
  readonly cluster: ClusterHandle;
  readonly config: PolicyConfig;
}

const actions = { audit: "Audit", enforce: "Deny" } as const;

export class Kyverno extends Component {
  constructor(name: string, { cluster, config }: KyvernoArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Kyverno", name, options);
    const child = { parent: this };
    const namespace = createNamespace(name, { name: namespaces.policy }, child);
    // Controllers and hooks have names of their own, and all of them the chart's.
    allowNamespaceFlows(
      name,
      {
        namespace,
        policy: services.kyverno,
        flows: {
          ingress: [
            // The API server asks about every pod; where it is, no policy can name.
            { peers: ["anywhere"], ports: [ports.kyvernoWebhook] },
          ],
          egress: [apiServer],
        },
      },
      child,
    );
    const release = createRelease(
      `${name}-release`,
      {
        name: "kyverno",
        chart: cluster.charts.chart("kyverno"),
        namespace,
        values: kyvernoValues(cluster, chartImage(cluster.images, "kyverno")),
      },
      child,
    );
    for (const rule of rules)
      new CustomResource(
        `${name}-${rule.name}`,
        {
          apiVersion: "policies.kyverno.io/v1",
          kind: "ValidatingPolicy",
          metadata: { name: rule.name, labels: workloadLabels(services.kyverno) },
          spec: {
            // The definition of this kind is in the release.
            validationActions: [release.status.apply(() => actions[config.action])],
            ...ruleSpec(rule),
          },
        },
        child,
      );
    this.registerOutputs({});
  }
}
