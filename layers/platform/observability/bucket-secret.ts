// Credentials of a bucket, from the object store to the environment of one workload: Loki and Tempo take them the same way.
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import type { BucketCredentials } from "../../../lib/handles.ts";
import { checksum, type EnvValue, metadata } from "../../../lib/workload.ts";

/** Environment variables that configuration files refer to as ${NAME}; Loki and Tempo expand them with -config.expand-env=true. */
export const bucketVariables = {
  bucket: "S3_BUCKET",
  accessKeyId: "S3_ACCESS_KEY_ID",
  secretAccessKey: "S3_SECRET_ACCESS_KEY",
} as const;

/** Reference to one of them in a configuration file. */
export const bucketVariable = (key: keyof typeof bucketVariables): string => `\${${bucketVariables[key]}}`;

export interface BucketSecret {
  /** For the container. Waits for the bucket. */
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Checksum of a configuration together with the credentials: both are read at start only, so either restarts the pod. */
  checksum(configuration: string): pulumi.Output<string>;
}

export const createBucketSecret = (
  name: string,
  args: { readonly namespace: pulumi.Input<string>; readonly workload: string; readonly bucket: BucketCredentials },
  options: pulumi.CustomResourceOptions,
): BucketSecret => {
  const { bucket, accessKeyId, secretAccessKey } = args.bucket;
  const secret = new Secret(
    `${name}-bucket`,
    {
      metadata: metadata(`${args.workload}-bucket`, args.namespace, { workload: args.workload }),
      stringData: {
        [bucketVariables.bucket]: bucket,
        [bucketVariables.accessKeyId]: accessKeyId,
        [bucketVariables.secretAccessKey]: secretAccessKey,
      },
    },
    options,
  );
  return {
    env: Object.fromEntries(
      Object.values(bucketVariables).map((variable) => [variable, { secret: secret.metadata.name, key: variable }]),
    ),
    // Not secret: 64 bits of a hash over a random key lead back to nothing.
    checksum: (configuration) =>
      pulumi.unsecret(
        pulumi.all([bucket, accessKeyId, secretAccessKey]).apply((values) => checksum(configuration, ...values)),
      ),
  };
};
