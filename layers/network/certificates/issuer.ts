// Who signs: specs of cert-manager's objects. Pure.
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CertManagerConfig, DnsConfig, IngressConfig } from "../../../config/schema.ts";
import { gatewayObject, namespaces } from "../../../names.ts";

export const certManagerApi = "cert-manager.io/v1";

/** Names of the cluster's own root, of its Secret and of its issuer; and of the one that signs itself. */
export const rootName = "strata-ca";
export const selfSignedName = "strata-self-signed";
export const acmeName = "strata-acme";
/** Secret with the credentials of the zone's provider, in cert-manager's namespace. */
export const dnsSecretName = "dns-credentials";
export const dnsSecretKey = "credentials";

type Spec = Readonly<Record<string, unknown>>;

/** Ten years: whoever trusts it does so by hand. The key is made in the cluster and leaves it nowhere. */
export const rootSpec = (issuer: pulumi.Input<string>): Spec => ({
  isCA: true,
  commonName: "strata local CA",
  secretName: rootName,
  duration: "87600h",
  privateKey: { algorithm: "ECDSA", size: 256 },
  issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
});

export const gatewayCertificateSpec = (args: {
  readonly issuer: pulumi.Input<string>;
  readonly secretName: string;
  /** Of the routes. */
  readonly hosts: readonly string[];
  readonly local: boolean;
}): Spec => ({
  secretName: args.secretName,
  dnsNames: [...args.hosts, ...(args.local ? ["localhost"] : [])],
  ...(args.local && { ipAddresses: ["127.0.0.1"] }),
  privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
  issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: args.issuer },
});

const secretRef = { name: dnsSecretName, key: dnsSecretKey };

/** Names of the algorithms there. */
const tsigAlgorithms = { "hmac-sha256": "HMACSHA256", "hmac-sha512": "HMACSHA512" } as const;

const dnsSolver = (provider: DnsConfig["provider"]): Spec => {
  switch (provider.kind) {
    case "cloudflare":
      return { cloudflare: { apiTokenSecretRef: secretRef } };
    case "aws":
      return {
        route53:
          provider.zoneId === undefined
            ? { region: provider.region, accessKeyID: provider.accessKeyId, secretAccessKeySecretRef: secretRef }
            : // The login is the role of cert-manager's pod, for this zone only.
              { hostedZoneID: provider.zoneId },
      };
    case "rfc2136":
      return {
        rfc2136: {
          nameserver: `${provider.host}:${provider.port}`,
          tsigKeyName: provider.tsigKeyName,
          tsigAlgorithm: tsigAlgorithms[provider.tsigAlgorithm],
          tsigSecretSecretRef: secretRef,
        },
      };
  }
};

export type AcmeConfig = Extract<CertManagerConfig["issuer"], { kind: "acme" }>;

export const acmeSpec = (args: {
  readonly config: AcmeConfig;
  readonly gateway: IngressConfig["kind"];
  readonly dns?: DnsConfig;
}): Spec => ({
  acme: {
    email: args.config.email,
    server: args.config.server,
    privateKeySecretRef: { name: `${acmeName}-account` },
    solvers: [
      args.dns && args.config.challenge === "dns"
        ? { selector: { dnsZones: args.dns.zones }, dns01: dnsSolver(args.dns.provider) }
        : {
            http01: {
              gatewayHTTPRoute: {
                serviceType: "ClusterIP",
                parentRefs: [{ kind: "Gateway", name: gatewayObject[args.gateway], namespace: namespaces.ingress }],
              },
            },
          },
    ],
  },
});

/** Pods that answer the authority: cert-manager makes one for each host, in the namespace of the certificate. */
export const solverPods: types.input.meta.v1.LabelSelector = {
  matchLabels: { "acme.cert-manager.io/http01-solver": "true" },
};
