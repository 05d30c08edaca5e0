// What the user of a bucket may do with it: everything with its objects, nothing with the bucket itself.
import type * as pulumi from "@pulumi/pulumi";
import { dnsSuffix } from "../../../lib/aws/arn.ts";
import type { Statement } from "../../../lib/aws/handle.ts";

export interface BucketStatementsArgs {
  /** ARN of the bucket. */
  readonly bucket: string;
  /** ARN of the key that its objects are encrypted with. */
  readonly key: pulumi.Input<string>;
  readonly partition: string;
  readonly region: string;
}

export const bucketStatements = ({ bucket, key, partition, region }: BucketStatementsArgs): Statement[] => [
  {
    sid: "Bucket",
    actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    resources: [bucket],
  },
  {
    sid: "Objects",
    actions: [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
    resources: [`${bucket}/*`],
  },
  {
    // S3 asks KMS in the client's name. By S3 alone, and for what is in this bucket: the key is that of all of the cluster's data.
    sid: "DataKey",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [key],
    conditions: {
      StringEquals: { "kms:ViaService": `s3.${region}.${dnsSuffix(partition)}` },
      StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucket, `${bucket}/*`] },
    },
  },
];
