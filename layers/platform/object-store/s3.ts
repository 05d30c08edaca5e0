// The object store on AWS: a bucket for each that asked, opened by the service account that uses it. There is no key to keep.
import type { S3Config } from "../../../config/schema.ts";
import { dnsSuffix } from "../../../lib/aws/arn.ts";
import type { AwsHandle } from "../../../lib/aws/handle.ts";
import type { BucketByIdentity, BucketClient, ObjectStoreHandle } from "../../../lib/handles.ts";
import type { Flow } from "../../../lib/network-policy.ts";
import { noBucket } from "./buckets.ts";
import { bucketStatements } from "./s3-policy.ts";

export interface S3Args {
  readonly aws: AwsHandle;
  readonly config: S3Config;
  /** Every bucket that somebody will ask for; those of the stack file are added. */
  readonly buckets: readonly string[];
  /** Those of them that hold backups: versioned. */
  readonly backups: readonly string[];
}

/** S3 is reached through the VPC's gateway endpoint, so by its public addresses whatever other endpoints there are. */
export const s3Flows: readonly Flow[] = [
  { peers: ["pod-identity"], ports: [80] },
  { peers: ["internet"], ports: [443] },
];

/** Buckets wait for the key that encrypts them, and for nothing in the cluster. */
export const createS3 = ({ aws, config, buckets, backups }: S3Args): ObjectStoreHandle => {
  const { partition, region } = aws;
  const made = new Map(
    [...new Set([...buckets, ...config.buckets])].sort().map((purpose) => [
      purpose,
      aws.bucket(purpose, {
        purpose,
        ...(backups.includes(purpose) && { keepVersionsDays: config.keepVersionsDays }),
      }),
    ]),
  );
  return {
    bucket: (name: string, client: BucketClient): BucketByIdentity => {
      const bucket = made.get(name);
      if (!bucket) throw noBucket(name, made.keys());
      return {
        access: "identity",
        endpoint: `https://s3.${region}.${dnsSuffix(partition)}`,
        region,
        bucket: bucket.ready,
        egress: s3Flows,
        serviceAccount: aws.identity(`${client.namespace}-${client.serviceAccount}`, {
          ...client,
          statements: bucketStatements({ bucket: bucket.arn, key: aws.dataKeyArn, partition, region }),
        }),
      };
    },
  };
};
