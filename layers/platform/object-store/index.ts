// The object store by the kind that the stack file names.
import type * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreConfig } from "../../../config/schema.ts";
import type { ClusterHandle, ObjectStoreHandle } from "../../../lib/handles.ts";
import type { Peer } from "../../../lib/network-policy.ts";
import { Garage } from "./garage.ts";
import { RustFs } from "./rustfs.ts";
import { createS3 } from "./s3.ts";

export interface ObjectStoreArgs {
  readonly cluster: ClusterHandle;
  readonly config: ObjectStoreConfig;
  /** Every bucket that somebody will ask for. */
  readonly buckets: readonly string[];
  /** Those of them that hold backups. */
  readonly backups: readonly string[];
  /** Who may read and write objects. */
  readonly clients: readonly Peer[];
}

export const createObjectStore = (
  { cluster, config, buckets, backups, clients }: ObjectStoreArgs,
  options: pulumi.ComponentResourceOptions,
): ObjectStoreHandle => {
  switch (config.kind) {
    case "garage":
      return new Garage("garage", { images: cluster.images, config, buckets, clients }, options);
    case "rustfs":
      return new RustFs("rustfs", { images: cluster.images, config, buckets, clients }, options);
    case "s3": {
      if (!cluster.aws) throw new Error("config/cross-check-aws.ts lets s3 through on EKS only");
      return createS3({ aws: cluster.aws, config, buckets, backups });
    }
  }
};
