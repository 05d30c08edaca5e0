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
import { bareArn } from "../../../lib/aws/arn.ts";
import { bucketName } from "../../../lib/aws/bucket-name.ts";
import type { Bucket, BucketArgs } from "../../../lib/aws/handle.ts";
import { Component } from "../../../lib/component.ts";
import { lifecycleRules, tlsOnly } from "./bucket-rules.ts";
import type { EksScope } from "./scope.ts";

export interface EksBucketArgs extends BucketArgs {
  readonly scope: EksScope;
  /** Of the key that encrypts what the cluster stores. */
  readonly keyArn: pulumi.Input<string>;
}

/** With `protect`, neither the bucket nor anything that makes it safe can be deleted. Without it, a destroy deletes the objects as well. */
export class EksBucket extends Component implements Bucket {
  readonly name: string;
  readonly arn: string;
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: EksBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "EksBucket", name, options);
    const { scope, keepVersionsDays } = args;
    const known = bucketName(scope.clusterName, scope, args.purpose);
    const protect = scope.config.protect !== false;
    const child = { parent: this, protect };
    const { bucket } = new S3Bucket(name, { bucket: known, forceDestroy: !protect }, child);
    const access = new BucketPublicAccessBlock(
      name,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      child,
    );
    const ownership = new BucketOwnershipControls(
      name,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    const encryption = new BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
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
        : new BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, child);
    const lifecycle = new BucketLifecycleConfiguration(
      name,
      // Rules about versions are refused before there are any.
      { bucket: versioning?.bucket ?? bucket, rules: lifecycleRules(args) },
      child,
    );
    this.name = known;
    this.arn = bareArn(scope, "s3", known);
    // S3 takes one change of a bucket's access at a time.
    const policy = new BucketPolicy(name, { bucket: access.bucket, policy: JSON.stringify(tlsOnly(this.arn)) }, child);
    // By their inputs: a preview knows these.
    this.ready = all([ownership.bucket, encryption.bucket, lifecycle.bucket, policy.bucket]).apply(() => known);
    this.registerOutputs({ name: known });
  }
}
