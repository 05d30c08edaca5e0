// What pods may do in one hosted zone of Route 53. Pure.
import { bareArn, type Scope } from "../../lib/aws/arn.ts";
import type { Statement } from "../../lib/aws/handle.ts";

const zoneArn = (scope: Pick<Scope, "partition">, zoneId: string): string =>
  bareArn(scope, "route53", `hostedzone/${zoneId}`);

/** For ExternalDNS: hosts, and the TXT records that say whose they are. */
export const recordStatements = (scope: Pick<Scope, "partition">, zoneId: string): readonly Statement[] => [
  {
    sid: "ChangeRecords",
    actions: ["route53:ChangeResourceRecordSets"],
    resources: [zoneArn(scope, zoneId)],
    conditions: {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "CNAME", "TXT"],
      },
    },
  },
  { sid: "ListRecords", actions: ["route53:ListResourceRecordSets"], resources: [zoneArn(scope, zoneId)] },
  { sid: "FindZone", actions: ["route53:ListHostedZones"], resources: ["*"] },
];

/** For cert-manager: the record in which an authority looks for the proof, and nothing that anybody resolves. */
export const proofStatements = (scope: Pick<Scope, "partition">, zoneId: string): readonly Statement[] => [
  {
    sid: "WriteProof",
    actions: ["route53:ChangeResourceRecordSets"],
    resources: [zoneArn(scope, zoneId)],
    conditions: {
      "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
      "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"] },
    },
  },
  { sid: "ListRecords", actions: ["route53:ListResourceRecordSets"], resources: [zoneArn(scope, zoneId)] },
  { sid: "SeeChange", actions: ["route53:GetChange"], resources: [bareArn(scope, "route53", "change/*")] },
];
