// What a bucket refuses, and what it forgets. Pure.
import type { BucketArgs } from "../../../lib/aws/handle.ts";

/** Parts of an upload that nobody finished cost as much as objects. */
const abandonedUploadDays = 7;

const everything = { filter: {}, status: "Enabled" } as const;

export const lifecycleRules = ({
  expireDays,
  keepVersionsDays,
}: Pick<BucketArgs, "expireDays" | "keepVersionsDays">) => [
  {
    ...everything,
    id: "abandoned-uploads",
    abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
  },
  ...(expireDays === undefined ? [] : [{ ...everything, id: "expired", expiration: { days: expireDays } }]),
  ...(keepVersionsDays === undefined
    ? []
    : [
        {
          ...everything,
          id: "old-versions",
          noncurrentVersionExpiration: { noncurrentDays: keepVersionsDays },
          // The mark of a deletion outlives the last version otherwise. AWS takes it in no rule that also names days.
          ...(expireDays === undefined && { expiration: { expiredObjectDeleteMarker: true } }),
        },
      ]),
];

/** Policy of a bucket: it lets nobody in, and refuses everybody who comes without TLS 1.2 or newer. */
export const tlsOnly = (arn: string) => {
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] };
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "NoPlainHttp", ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Sid: "NoOldTls", ...deny, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
    ],
  };
};
