// A key for each bucket of a store in the cluster, and the Secret that its setup reads them from.
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { checksum, type metadata } from "../../../lib/workload.ts";
import { noBucket } from "./buckets.ts";
import type { AccessKey } from "./garage-key.ts";

/** By bucket. */
export type BucketKeys = ReadonlyMap<string, AccessKey>;

/** Those of the program and those of the stack file, each once and sorted: their order must not depend on who asked first. */
export const bucketKeys = (buckets: readonly (readonly string[])[], keyOf: (bucket: string) => AccessKey): BucketKeys =>
  new Map([...new Set(buckets.flat())].sort().map((bucket) => [bucket, keyOf(bucket)]));

/**
 * Secret with the keys `<bucket>.id` and `<bucket>.secret`.
 *
 * @returns its name.
 */
export const keysSecret = (
  name: string,
  args: { readonly metadata: ReturnType<typeof metadata>; readonly keys: BucketKeys },
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> => {
  const data = [...args.keys].flatMap(([bucket, { id, secret }]) => [
    [`${bucket}.id`, id],
    [`${bucket}.secret`, secret],
  ]);
  return new Secret(name, { metadata: args.metadata, stringData: Object.fromEntries(data) }, options).metadata.name;
};

/** Changes with the keys. */
export const keysChecksum = (keys: BucketKeys): pulumi.Output<string> =>
  pulumi.all([...keys.values()].map(({ id }) => id)).apply((ids) => checksum(...ids));

/** @throws UserError for a bucket that the store was not constructed with. */
export const keyOfBucket = (keys: BucketKeys, bucket: string): AccessKey => {
  const key = keys.get(bucket);
  if (!key) throw noBucket(bucket, keys.keys());
  return key;
};
