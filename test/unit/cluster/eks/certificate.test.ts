import { expect, test } from "vitest";
import { EksCertificate, provenDomains } from "../../../../layers/cluster/eks/certificate.ts";
import { recordPlan } from "../../../../tools/plan/record.ts";

test("a wildcard is proven by the record of its domain, which is written once", () => {
  expect(provenDomains(["*.example.com", "example.com", "a.example.org"])).toEqual(["a.example.org", "example.com"]);
});

test("its ARN waits until it is issued, and that for the proofs in the zone", async () => {
  const plan = await recordPlan({ stack: "test" }, () => {
    const { arn } = new EksCertificate("certificate-gateway", {
      hosts: ["a.example.com", "*.example.com"],
      zoneId: "Z0123456789",
    });
    return { arn };
  });
  expect(plan.calls).toEqual([]);
  expect(plan.find("certificate-gateway", "aws:acm/certificate:Certificate").inputs).toMatchObject({
    domainName: "a.example.com",
    subjectAlternativeNames: ["*.example.com"],
    validationMethod: "DNS",
  });
  const record = "aws:route53/record:Record";
  expect(plan.find("certificate-gateway-example.com", record).inputs).toMatchObject({
    zoneId: "Z0123456789",
    name: "_proof.example.com",
    type: "CNAME",
    records: ["_proof.acm-validations.aws"],
  });
  const validation = "aws:acm/certificateValidation:CertificateValidation";
  expect(plan.find("certificate-gateway", validation).inputs["validationRecordFqdns"]).toEqual([
    "_proof.a.example.com",
    "_proof.example.com",
  ]);
  expect([...plan.upstream("certificate-gateway", validation)]).toEqual(
    expect.arrayContaining(["certificate-gateway-a.example.com", "certificate-gateway-example.com"]),
  );
});
