// Records of the routes' hosts, by ExternalDNS's chart. It exists only where its credentials do.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import type { DnsConfig } from "../../config/schema.ts";
import { chartImage } from "../../lib/chart-images.ts";
import { Component } from "../../lib/component.ts";
import type { ClusterHandle } from "../../lib/handles.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { allowFlows } from "../../lib/network-policy.ts";
import { createRelease } from "../../lib/release.ts";
import { metadata, workloadLabels } from "../../lib/workload.ts";
import { namespaces } from "../../names.ts";
import { dnsSecret, endpointSpec, externalDnsFlows, externalDnsValues } from "./dns-values.ts";

export interface ExternalDnsArgs {
  readonly cluster: ClusterHandle;
  readonly config: DnsConfig;
  /** Of the routes. */
  readonly hosts: readonly string[];
  /** Secret: of the zone's provider. */
  readonly credentials: pulumi.Output<string>;
}

const workload = "external-dns";

export class ExternalDns extends Component {
  constructor(name: string, args: ExternalDnsArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "ExternalDns", name, options);
    const child = { parent: this };
    const { cluster, config } = args;
    const namespace = createNamespace(name, { name: namespaces.dns }, child);
    allowFlows(name, { namespace, workload, flows: externalDnsFlows(config.provider) }, child);
    const secret = new Secret(
      name,
      {
        metadata: { ...metadata(workload, namespace), name: dnsSecret.name },
        stringData: { [dnsSecret.key]: pulumi.secret(args.credentials) },
      },
      child,
    );
    const release = createRelease(
      name,
      {
        name: workload,
        chart: cluster.charts.chart("externalDns"),
        // Its pod does not start without the Secret.
        namespace: pulumi.all([namespace, secret.metadata.name]).apply(([known]) => known),
        values: externalDnsValues(config, cluster.name, chartImage(cluster.images, "externalDns")),
      },
      child,
    );
    new CustomResource(
      `${name}-routes`,
      {
        apiVersion: "externaldns.k8s.io/v1alpha1",
        kind: "DNSEndpoint",
        metadata: {
          name: "routes",
          namespace: release.status.namespace,
          labels: workloadLabels(workload),
        },
        spec: endpointSpec(args.hosts, config.target),
      },
      child,
    );
    this.registerOutputs({});
  }
}

/** Without the secret it warns and makes nothing. */
export const createDns = (
  args: Omit<ExternalDnsArgs, "credentials"> & { readonly credentials?: pulumi.Output<string> },
  options?: pulumi.ComponentResourceOptions,
): void => {
  const { credentials } = args;
  if (credentials) new ExternalDns("external-dns", { ...args, credentials }, options);
  else
    void pulumi.log.warn(
      "network.dns is set but the secret strata:dnsCredentials is not, so there are no records. " +
        "Set it with: pulumi config set --secret dnsCredentials",
    );
};
