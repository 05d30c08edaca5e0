// Postgres by the kind that the stack file names; whoever uses it sees no difference.
import type * as pulumi from "@pulumi/pulumi";
import type { PostgresConfig } from "../../../config/schema.ts";
import type { ClusterHandle, ObjectStoreHandle, PostgresHandle } from "../../../lib/handles.ts";
import type { Peer } from "../../../lib/network-policy.ts";
import { namespaces, services } from "../../../names.ts";
import { CloudNativePg } from "./cloudnative-pg/cloudnative-pg.ts";
import { Postgres } from "./postgres.ts";
import { Rds } from "./rds/rds.ts";

export interface PostgresArgs {
  readonly cluster: ClusterHandle;
  readonly config: PostgresConfig;
  /** Constructed with postgresBuckets. */
  readonly objectStore?: ObjectStoreHandle;
  readonly clients: readonly Peer[];
}

/** Buckets that the object store must have been constructed with. */
export const postgresBuckets = (config: PostgresConfig | undefined): string[] =>
  config?.kind === "cloudnative-pg" && config.backup.kind === "objectStore" ? [config.backup.bucket] : [];

/** Who writes to these buckets. */
export const postgresBucketClients = (config: PostgresConfig | undefined): Peer[] =>
  postgresBuckets(config).map(() => ({ namespace: namespaces.database, workload: services.postgresInstance }));

export const createPostgres = (
  { cluster, config, objectStore, clients }: PostgresArgs,
  options: pulumi.ComponentResourceOptions,
): PostgresHandle => {
  switch (config.kind) {
    case "native":
      return new Postgres("postgres", { images: cluster.images, config, clients }, options);
    case "cloudnative-pg":
      return new CloudNativePg(
        "postgres",
        {
          cluster,
          config,
          clients,
          ...(objectStore && config.backup.kind === "objectStore" && { objectStore }),
        },
        options,
      );
    case "rds": {
      if (!cluster.aws) throw new Error("config/cross-check-aws.ts lets rds through on EKS only");
      return new Rds("postgres", { aws: cluster.aws, images: cluster.images, config }, options);
    }
  }
};
