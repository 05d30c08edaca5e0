// Kyverno with strata's policies. Nothing waits for it: it judges what is there, and from then on what comes.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { KyvernoConfig } from "../../../config/schema.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowNamespaceFlows, apiServer } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { workloadLabels } from "../../../lib/workload.ts";
import { namespaces, ports, services } from "../../../names.ts";
import { exceptedFrom, ruleLevel } from "../../../policy/levels.ts";
import { sharedRules } from "../../../policy/rules/index.ts";
import type { RuleTraits } from "../../../policy/rules/types.ts";
import { kyvernoValues } from "./kyverno-values.ts";
import { ruleSpec } from "./rules.ts";
import { registryFlows, signatureSpec } from "./signatures.ts";

export interface KyvernoArgs {
  readonly cluster: ClusterHandle;
  readonly config: KyvernoConfig;
  readonly traits: RuleTraits;
}

const actions = { audit: "Audit", enforce: "Deny" } as const;

export class Kyverno extends Component {
  constructor(name: string, { cluster, config, traits }: KyvernoArgs, options?: pulumi.ComponentResourceOptions) {
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
          egress: [apiServer, ...registryFlows(config.signatures)],
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
    const policy = (kind: string, policyName: string, action: string, spec: Readonly<Record<string, unknown>>) =>
      new CustomResource(
        `${name}-${policyName}`,
        {
          apiVersion: "policies.kyverno.io/v1",
          kind,
          metadata: { name: policyName, labels: workloadLabels(services.kyverno) },
          // The definitions of these kinds are in the release.
          spec: { validationActions: [release.status.apply(() => action)], ...spec },
        },
        child,
      );
    const action = actions[config.action];
    for (const rule of sharedRules(traits)) {
      const level = ruleLevel(config, rule.name);
      // A rule that nobody is to keep in the plan is none in the cluster either.
      if (level === "disabled") continue;
      const spec = ruleSpec(rule, exceptedFrom(config, rule.name));
      policy("ValidatingPolicy", rule.name, level === "advisory" ? actions.audit : action, spec);
    }
    for (const [index, signature] of config.signatures.entries())
      policy("ImageValidatingPolicy", `strata-signatures-${index}`, action, signatureSpec(signature, config.action));
    this.registerOutputs({});
  }
}
