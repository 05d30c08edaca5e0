// How one workload gets at its bucket, by key or by identity: Loki and Tempo do it the same way.
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import * as pulumi from "@pulumi/pulumi";
import type { BucketByIdentity, BucketByKey, BucketCredentials } from "../../../lib/handles.ts";
import { checksum, type EnvValue, metadata, type PodArgs } from "../../../lib/workload.ts";

/** Environment variables that configuration files refer to as ${NAME}; Loki and Tempo expand them with -config.expand-env=true. */
export const bucketVariables = {
  bucket: "S3_BUCKET",
  accessKeyId: "S3_ACCESS_KEY_ID",
  secretAccessKey: "S3_SECRET_ACCESS_KEY",
} as const;

/** Reference to one of them in a configuration file. */
export const bucketVariable = (key: keyof typeof bucketVariables): string => `\${${bucketVariables[key]}}`;

/** What a configuration file says of a bucket; everything else is in the environment. */
export type BucketPlace = Pick<BucketCredentials, "access" | "endpoint" | "region">;

export interface BucketAccess {
  /** For the container. Waits for the bucket. */
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Checksum of a configuration together with the credentials: both are read at start only, so either restarts the pod. */
  checksum(configuration: string): pulumi.Output<string>;
  /** For the pod. Waits for the role, where there is one. */
  readonly pod: Pick<PodArgs, "extra">;
}

interface Args<T extends BucketCredentials> {
  readonly namespace: pulumi.Input<string>;
  readonly workload: string;
  readonly bucket: T;
}

const byKey = (name: string, args: Args<BucketByKey>, options: pulumi.CustomResourceOptions): BucketAccess => {
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
    pod: {},
  };
};

const byIdentity = (
  name: string,
  args: Args<BucketByIdentity>,
  options: pulumi.CustomResourceOptions,
): BucketAccess => {
  const account = new ServiceAccount(
    name,
    { metadata: metadata(args.workload, args.namespace), automountServiceAccountToken: false },
    options,
  );
  const { bucket, serviceAccount } = args.bucket;
  return {
    env: { [bucketVariables.bucket]: bucket },
    checksum: (configuration) => bucket.apply((named) => checksum(configuration, named)),
    pod: {
      extra: { serviceAccountName: pulumi.all([serviceAccount, account.metadata.name]).apply(([allowed]) => allowed) },
    },
  };
};

export const createBucketAccess = (
  name: string,
  { bucket, ...args }: Args<BucketCredentials>,
  options: pulumi.CustomResourceOptions,
): BucketAccess =>
  bucket.access === "key" ? byKey(name, { ...args, bucket }, options) : byIdentity(name, { ...args, bucket }, options);
