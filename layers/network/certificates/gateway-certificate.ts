// The gateway's certificate, in the gateway's namespace, and what answers the authority there.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Certificates } from "../../../lib/handles.ts";
import { policySpec } from "../../../lib/network-policy.ts";
import { workloadLabels } from "../../../lib/workload.ts";
import { gatewayCertificate, namespaces, ports } from "../../../names.ts";
import { certManagerApi, gatewayCertificateSpec, solverPods } from "./issuer.ts";

export interface GatewayCertificateArgs {
  readonly certificates: Certificates;
  readonly namespace: pulumi.Input<string>;
  /** Of the routes. */
  readonly hosts: readonly string[];
  readonly local: boolean;
}

/** Pods that answer the authority, reached through the gateway. */
const solverPolicy = {
  ...policySpec("acme-solver", {
    ingress: [{ peers: [{ namespace: namespaces.ingress }], ports: [ports.acmeSolver] }],
  }),
  podSelector: solverPods,
};

export const createGatewayCertificate = (
  name: string,
  { certificates, namespace, hosts, local }: GatewayCertificateArgs,
  options: pulumi.CustomResourceOptions,
): void => {
  const { issuer } = certificates;
  if (issuer === undefined) return;
  new CustomResource(
    name,
    {
      apiVersion: certManagerApi,
      kind: "Certificate",
      metadata: { name: gatewayCertificate, namespace, labels: workloadLabels("cert-manager") },
      spec: gatewayCertificateSpec({ issuer, secretName: gatewayCertificate, hosts, local }),
    },
    options,
  );
  if (certificates.solver === "http")
    new NetworkPolicy(
      `${name}-solver`,
      { metadata: { name: "acme-solver", namespace, labels: workloadLabels("cert-manager") }, spec: solverPolicy },
      options,
    );
};
