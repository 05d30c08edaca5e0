// The backups of the cluster as data: when, where to, and for how long they are kept.
import type * as pulumi from "@pulumi/pulumi";
import type { OpenBaoConfig } from "../../../config/schema.ts";
import { secondsOf } from "../../../lib/duration.ts";
import type { BucketByKey } from "../../../lib/handles.ts";
import type { OpenBaoNames } from "../../../lib/openbao.ts";

/** Keys of the Secret with the bucket's login, as the operator reads them. */
export const backupKeys = { id: "accessKeyId", secret: "secretAccessKey" } as const;

/** An S3 bucket as `spec.backup.target` and the source of a restore name it. */
export interface BackupTarget {
  readonly provider: "s3";
  readonly endpoint: string;
  readonly bucket: pulumi.Input<string>;
  readonly pathPrefix: string;
  readonly region: string;
  /** Bucket names are in the path of an address: the stores in the cluster have one host name. */
  readonly usePathStyle: true;
  readonly credentialsSecretRef: { readonly name: pulumi.Input<string> };
}

export interface BackupSpec {
  /** Five fields. */
  readonly schedule: string;
  readonly target: BackupTarget;
  readonly retention: { readonly maxAge: string; readonly maxCount: number };
  readonly image: pulumi.Input<string>;
}

/** Every so many minutes of an hour; a divisor of 60. */
export const cronOf = (everyMinutes: number): string =>
  everyMinutes === 60 ? "0 * * * *" : `*/${everyMinutes} * * * *`;

/** Room for backups by hand within `keep`. */
const handMade = 10;

/**
 * How many backups of the schedule are as young as `keep`. Backups by hand count too, so some more are kept than the schedule makes:
 * without them the limit of the count would take away what the limit of the age still keeps.
 */
export const countOf = (everyMinutes: number, keep: string): number =>
  Math.floor(secondsOf(keep) / (60 * everyMinutes)) + 1 + handMade;

export const backupTarget = (
  names: OpenBaoNames,
  bucket: Pick<BucketByKey, "endpoint" | "bucket" | "region">,
  secret: pulumi.Input<string>,
): BackupTarget => ({
  provider: "s3",
  endpoint: bucket.endpoint,
  bucket: bucket.bucket,
  pathPrefix: names.backupPrefix,
  region: bucket.region,
  usePathStyle: true,
  credentialsSecretRef: { name: secret },
});

export const backupSpec = (
  { everyMinutes, keep }: Pick<OpenBaoConfig["backup"], "everyMinutes" | "keep">,
  target: BackupTarget,
  image: pulumi.Input<string>,
): BackupSpec => ({
  schedule: cronOf(everyMinutes),
  target,
  retention: { maxAge: keep, maxCount: countOf(everyMinutes, keep) },
  image,
});
