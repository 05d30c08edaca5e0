// What the cluster takes from elsewhere: its bucket and its server's image.
import type * as pulumi from "@pulumi/pulumi";
import type { BucketByKey, ImageSource, ObjectStoreHandle } from "../../../lib/handles.ts";
import { namespaces } from "../../../names.ts";
import { images as versions } from "../../../versions.ts";

/** Service account of the operator's backup Jobs, in the cluster's namespace. */
const backupAccount = (cluster: string): string => `${cluster}-backup-serviceaccount`;

/** The bucket of the backups. One without a key never gets here: config/openbao-check.ts refuses such a store. */
export const bucketOf = (
  store: ObjectStoreHandle,
  { bucket, cluster }: { readonly bucket: string; readonly cluster: string },
): BucketByKey => {
  const found = store.bucket(bucket, { namespace: namespaces.openbao, serviceAccount: backupAccount(cluster) });
  if (found.access !== "key") throw new Error("config/openbao-check.ts lets stores with keys through only");
  return found;
};

/** Image of a version of OpenBao: the one of versions.ts, so that overrides of it hold, or the same repository's. */
export const serverImage = (images: ImageSource, version: string): pulumi.Output<string> =>
  images.reference(version === versions.openbao.tag ? "openbao" : `${versions.openbao.repository}:${version}`);
