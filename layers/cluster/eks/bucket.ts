// A bucket of the account: private, encrypted by the cluster's own key, over TLS only.

import { Bucket as S3Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type * as pulumi from "@pulumi/pulumi";
import { all } from "@pulumi/pulumi";
import { bareArn, type Scope } from "../../../lib/aws/arn.ts";
import { bucketName } from "../../../lib/aws/bucket-name.ts";
import type { Bucket, BucketArgs } from "../../../lib/aws/handle.ts";
import { lifecycleRules, tlsOnly } from "./bucket-rules.ts";

export interface EksBucketArgs extends BucketArgs {
  readonly clusterName: string;
  readonly scope: Scope;
  /** Of the key that encrypts what the cluster stores. */
  readonly dataKeyArn: pulumi.Input<string>;
  /** Neither the bucket nor anything that makes it safe can be deleted; without it, a destroy deletes the objects as well. */
  readonly protect: boolean;
}

/** @param options provider and parent. */
export const createBucket = (name: string, args: EksBucketArgs, options: pulumi.CustomResourceOptions): Bucket => {
  const { scope, protect, keepVersionsDays } = args;
  const known = bucketName(args.clusterName, scope, args.purpose);
  const arn = bareArn(scope, "s3", known);
  const child = { ...options, protect };
  const resource = `bucket-${name}`;
  const { bucket } = new S3Bucket(resource, { bucket: known, forceDestroy: !protect }, child);
  const access = new BucketPublicAccessBlock(
    resource,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    child,
  );
  const ownership = new BucketOwnershipControls(
    resource,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child,
  );
  const encryption = new BucketServerSideEncryptionConfiguration(
    resource,
    {
      bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.dataKeyArn },
          // One call to KMS for many objects.
          bucketKeyEnabled: true,
        },
      ],
    },
    child,
  );
  const versioning =
    keepVersionsDays === undefined
      ? undefined
      : new BucketVersioning(resource, { bucket, versioningConfiguration: { status: "Enabled" } }, child);
  const lifecycle = new BucketLifecycleConfiguration(
    resource,
    // Rules about versions are refused before there are any.
    { bucket: versioning?.bucket ?? bucket, rules: lifecycleRules(args) },
    child,
  );
  // S3 takes one change of a bucket's access at a time.
  const policy = new BucketPolicy(resource, { bucket: access.bucket, policy: JSON.stringify(tlsOnly(arn)) }, child);
  return {
    name: known,
    arn,
    // By their inputs: a preview knows these.
    ready: all([ownership.bucket, encryption.bucket, lifecycle.bucket, policy.bucket]).apply(() => known),
  };
};
