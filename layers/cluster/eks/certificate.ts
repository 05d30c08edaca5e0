// A certificate of ACM for the hosts of routes, proven by records in a hosted zone: AWS renews it as long as these are there.
import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { Record } from "@pulumi/aws/route53/record.js";
import type * as pulumi from "@pulumi/pulumi";
import type { CertificateArgs } from "../../../lib/aws/handle.ts";
import { Component } from "../../../lib/component.ts";

const wildcard = "*.";

/** Domains to prove: a wildcard is proven by the same record as the domain below it. */
export const provenDomains = (hosts: readonly string[]): string[] =>
  [...new Set(hosts.map((host) => (host.startsWith(wildcard) ? host.slice(wildcard.length) : host)))].sort();

export class EksCertificate extends Component {
  /** Waits until it is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { hosts, zoneId }: CertificateArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "EksCertificate", name, options);
    const child = { parent: this };
    const [domainName = "", ...subjectAlternativeNames] = hosts;
    const certificate = new Certificate(
      name,
      { domainName, subjectAlternativeNames, validationMethod: "DNS", keyAlgorithm: "EC_prime256v1" },
      child,
    );
    // One a domain, so that a preview shows them all: what is in each is known when the certificate is asked for.
    const records = provenDomains(hosts).map((domain) => {
      const proof = certificate.domainValidationOptions.apply((proofs) =>
        proofs.find(({ domainName: proven }) => proven === domain || proven === `${wildcard}${domain}`),
      );
      const part = (key: "resourceRecordName" | "resourceRecordType" | "resourceRecordValue") =>
        proof.apply((found) => found?.[key] ?? "");
      return new Record(
        `${name}-${domain}`,
        {
          zoneId,
          name: part("resourceRecordName"),
          type: part("resourceRecordType"),
          records: [part("resourceRecordValue")],
          ttl: 300,
          // The account's other certificates for the domain have the same.
          allowOverwrite: true,
        },
        child,
      );
    });
    const validation = new CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn) },
      { ...child, customTimeouts: { create: "15m" } },
    );
    this.arn = validation.certificateArn;
    this.registerOutputs({});
  }
}
