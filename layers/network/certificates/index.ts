// Certificates by cert-manager: its chart, and the issuer that the stack file names.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import type { CertManagerConfig, NetworkConfig } from "../../../config/schema.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import type { Certificates, ClusterHandle, GatewayApi } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { metadata, workloadLabels } from "../../../lib/workload.ts";
import { namespaces } from "../../../names.ts";
import { zoneByRole } from "../dns-values.ts";
import { proofStatements } from "../route53.ts";
import { certManagerValues, usesHttpChallenge } from "./cert-manager-values.ts";
import { certManagerFlows } from "./flows.ts";
import {
  acmeName,
  acmeSpec,
  certManagerApi,
  dnsSecretKey,
  dnsSecretName,
  rootName,
  rootSpec,
  selfSignedName,
} from "./issuer.ts";

export interface CertManagerArgs {
  readonly cluster: ClusterHandle;
  readonly config: CertManagerConfig;
  readonly network: Pick<NetworkConfig, "dns" | "ingress">;
  readonly gatewayApi?: GatewayApi;
  /** Secret: of the zone's provider. */
  readonly dnsCredentials?: pulumi.Output<string>;
}

const workload = "cert-manager";

export class CertManager extends Component implements Certificates {
  readonly issuer: pulumi.Output<string> | undefined;
  readonly solver: Certificates["solver"];

  constructor(name: string, args: CertManagerArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "CertManager", name, options);
    const child = { parent: this };
    const { cluster, config, gatewayApi } = args;
    const { issuer } = config;
    const { dns } = args.network;
    const namespace = createNamespace(name, { name: namespaces.certificates }, child);
    const challenge = issuer.kind === "acme" ? issuer.challenge : undefined;
    const dnsPort = dns?.provider.kind === "rfc2136" ? dns.provider.port : undefined;
    // The zone is written by a role of its pod, or with a login.
    const zoneId = challenge === "dns" && dns ? zoneByRole(dns.provider) : undefined;
    const identity =
      zoneId === undefined
        ? undefined
        : cluster.aws?.identity(name, {
            namespace: namespaces.certificates,
            serviceAccount: workload,
            statements: proofStatements(cluster.aws, zoneId),
          });
    const flowsOf = certManagerFlows({ acme: challenge, dnsPort, byRole: zoneId !== undefined });
    for (const [pods, flows] of Object.entries(flowsOf))
      allowFlows(`${name}-${pods}`, { namespace, workload: pods, flows }, child);

    const release = createRelease(
      name,
      {
        name: workload,
        chart: cluster.charts.chart("certManager"),
        // It looks for HTTPRoutes once, when it starts, and so it does for its credentials.
        namespace: pulumi
          .all([namespace, identity, usesHttpChallenge(config) ? gatewayApi?.ready : undefined])
          .apply(([known]) => known),
        values: certManagerValues(config, cluster, chartImage(cluster.images, "certManager")),
      },
      child,
    );
    this.solver = usesHttpChallenge(config) ? "http" : "none";
    this.issuer = cluster.simulated ? undefined : this.createIssuer(name, args, release.status.name);
    if (cluster.simulated)
      void pulumi.log.info(
        "Simulated nodes run no webhook of cert-manager's: its issuers and certificates are left out",
      );
    this.registerOutputs({});
  }

  /** @returns its name; waits for it, and with it for the webhook that checks it. */
  private createIssuer(
    name: string,
    args: CertManagerArgs,
    ready: pulumi.Output<string>,
  ): pulumi.Output<string> | undefined {
    const child = { parent: this };
    const { issuer } = args.config;
    const { dns } = args.network;
    const after = (value: string) => ready.apply(() => value);
    const clusterIssuer = (suffix: string, issuerName: pulumi.Input<string>, spec: Readonly<Record<string, unknown>>) =>
      new CustomResource(
        `${name}-${suffix}`,
        {
          apiVersion: certManagerApi,
          kind: "ClusterIssuer",
          metadata: { name: issuerName, labels: workloadLabels(workload) },
          spec,
        },
        child,
      ).metadata.apply((found) => found.name ?? "");

    if (issuer.kind === "local-ca") {
      const selfSigned = clusterIssuer("self-signed", after(selfSignedName), { selfSigned: {} });
      const root = new CustomResource(
        `${name}-root`,
        {
          apiVersion: certManagerApi,
          kind: "Certificate",
          metadata: { name: rootName, namespace: namespaces.certificates, labels: workloadLabels(workload) },
          spec: rootSpec(selfSigned),
        },
        child,
      );
      return clusterIssuer("issuer", rootName, {
        ca: { secretName: root.metadata.apply((found) => found.name ?? rootName) },
      });
    }
    if (issuer.challenge === "dns" && !(dns && zoneByRole(dns.provider))) {
      if (args.dnsCredentials === undefined) {
        void pulumi.log.warn(
          "network.certificates proves hosts by DNS, and the secret strata:dnsCredentials is not set, so there is no certificate. " +
            "Set it with: pulumi config set --secret dnsCredentials",
        );
        return undefined;
      }
      const secret = new Secret(
        name,
        {
          metadata: { ...metadata(workload, namespaces.certificates), name: after(dnsSecretName) },
          stringData: { [dnsSecretKey]: pulumi.secret(args.dnsCredentials) },
        },
        child,
      );
      const issuerName = secret.metadata.name.apply(() => acmeName);
      return clusterIssuer(
        "issuer",
        issuerName,
        acmeSpec({ config: issuer, gateway: args.network.ingress.kind, ...(dns && { dns }) }),
      );
    }
    return clusterIssuer(
      "issuer",
      after(acmeName),
      acmeSpec({ config: issuer, gateway: args.network.ingress.kind, ...(dns && { dns }) }),
    );
  }
}
