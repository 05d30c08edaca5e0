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
import { dnsSecret, endpointSpec, externalDnsFlows, externalDnsValues, zoneByRole } from "./dns-values.ts";
import { recordStatements } from "./route53.ts";

export interface ExternalDnsArgs {
  readonly cluster: ClusterHandle;
  readonly config: DnsConfig;
  /** Of the routes. */
  readonly hosts: readonly string[];
  /** Secret: of the zone's provider. Left out where a role of its pod is the login. */
  readonly credentials?: pulumi.Output<string>;
  /** Host name of the load balancer before the gateway, where the stack file names no target. */
  readonly address?: pulumi.Output<string>;
}

const workload = "external-dns";

/** On simulated nodes nobody makes the load balancer whose name it would be. */
const rehearsedTarget = "rehearsed.elb.amazonaws.com";

export class ExternalDns extends Component {
  constructor(name: string, args: ExternalDnsArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "ExternalDns", name, options);
    const child = { parent: this };
    const { cluster, config } = args;
    const { aws } = cluster;
    const zoneId = zoneByRole(config.provider);
    const namespace = createNamespace(name, { name: namespaces.dns }, child);
    allowFlows(name, { namespace, workload, flows: externalDnsFlows(config.provider) }, child);
    // Its pod does not start without a login: the Secret, or the role.
    const login = args.credentials
      ? new Secret(
          name,
          {
            metadata: { ...metadata(workload, namespace), name: dnsSecret.name },
            stringData: { [dnsSecret.key]: pulumi.secret(args.credentials) },
          },
          child,
        ).metadata.name
      : zoneId === undefined
        ? undefined
        : aws?.identity(name, {
            namespace: namespaces.dns,
            serviceAccount: workload,
            statements: recordStatements(aws, zoneId),
          });
    const release = createRelease(
      name,
      {
        name: workload,
        chart: cluster.charts.chart("externalDns"),
        namespace: pulumi.all([namespace, login]).apply(([known]) => known),
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
        // The name itself, and not the Service for ExternalDNS to read: it may read its own namespace only.
        spec: pulumi
          .output(config.target ?? args.address ?? rehearsedTarget)
          .apply((target) => endpointSpec(args.hosts, target)),
      },
      child,
    );
    this.registerOutputs({});
  }
}

/** Without a login it warns and makes nothing. */
export const createDns = (args: ExternalDnsArgs, options?: pulumi.ComponentResourceOptions): void => {
  const { credentials, config } = args;
  if (zoneByRole(config.provider) !== undefined) {
    const { credentials: _unused, ...byRole } = args;
    new ExternalDns("external-dns", byRole, options);
  } else if (credentials) new ExternalDns("external-dns", args, options);
  else
    void pulumi.log.warn(
      "network.dns is set but the secret strata:dnsCredentials is not, so there are no records. " +
        "Set it with: pulumi config set --secret dnsCredentials",
    );
};
