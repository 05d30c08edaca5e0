// The custom resources of a CloudNativePG cluster as data: the cluster, and the schedule of its backups.
import type * as pulumi from "@pulumi/pulumi";
import type { CloudNativePgConfig } from "../../../../config/schema.ts";
import type { BucketByIdentity, BucketByKey } from "../../../../lib/handles.ts";
import { ports } from "../../../../names.ts";
import { serverSettings } from "../settings.ts";

export const apiVersion = "postgresql.cnpg.io/v1";

/** Keys of the Secret with the bucket's credentials. */
export const bucketKeys = { accessKeyId: "accessKeyId", secretAccessKey: "secretAccessKey", region: "region" } as const;

/** Instances where the stack file names no number. */
export const instancesOf = (config: Pick<CloudNativePgConfig, "instances">, local: boolean): number =>
  config.instances ?? (local ? 1 : 3);

/** Where a cluster's backups and WAL are, and how to get there. */
export type BackupStore =
  | {
      readonly bucket: Pick<BucketByKey, "access" | "endpoint" | "bucket">;
      /** Secret with bucketKeys. */
      readonly secret: pulumi.Input<string>;
    }
  /** The role is that of the instances' service account, which the operator names like the cluster. */
  | { readonly bucket: Pick<BucketByIdentity, "access" | "region" | "bucket"> };

export interface ClusterSpecArgs {
  readonly config: CloudNativePgConfig;
  readonly instances: number;
  readonly image: pulumi.Input<string>;
  /** Secret of type basic-auth. */
  readonly superuserSecret: pulumi.Input<string>;
  /** The database that the server is started with; all of them come from the setup Job. */
  readonly first: { readonly database: string; readonly owner: string; readonly secret: pulumi.Input<string> };
  /** Present where the cluster has backups. */
  readonly store?: BackupStore;
}

const credentials = (store: BackupStore) => {
  if (!("secret" in store)) return { s3Credentials: { inheritFromIAMRole: true } };
  const from = (key: keyof typeof bucketKeys) => ({ name: store.secret, key: bucketKeys[key] });
  return {
    endpointURL: store.bucket.endpoint,
    s3Credentials: {
      accessKeyId: from("accessKeyId"),
      secretAccessKey: from("secretAccessKey"),
      region: from("region"),
    },
  };
};

const storeEnvironment = (store: BackupStore) =>
  "secret" in store
    ? // Newer S3 clients add checksums that not every store knows.
      [
        { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
        { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
      ]
    : // The first is what Barman's SDK for Python reads.
      ["AWS_DEFAULT_REGION", "AWS_REGION"].map((name) => ({ name, value: store.bucket.region }));

const objectStore = (store: BackupStore) => {
  return {
    destinationPath: store.bucket.bucket.apply((name) => `s3://${name}/`),
    ...credentials(store),
    wal: { compression: "gzip", maxParallel: 2 },
    data: { compression: "gzip" },
  };
};

/** Name of the source of a recovery, inside the cluster's own definition. */
const source = "backup";

const bootstrap = ({ config, first }: ClusterSpecArgs) => {
  const application = { database: first.database, owner: first.owner, secret: { name: first.secret } };
  const { restore } = config;
  if (restore)
    return {
      recovery: {
        source,
        ...application,
        ...(restore.until !== undefined && { recoveryTarget: { targetTime: restore.until } }),
      },
    };
  return {
    initdb: {
      ...application,
      dataChecksums: true,
      encoding: "UTF8",
      // The built-in locale does not change with the image's C library, which would corrupt text indexes.
      localeProvider: "builtin",
      builtinLocale: "C.UTF-8",
      localeCollate: "C.UTF-8",
      localeCType: "C.UTF-8",
    },
  };
};

export const clusterSpec = (args: ClusterSpecArgs) => {
  const { config, instances, store } = args;
  const { backup, restore } = config;
  return {
    instances,
    imageName: args.image,
    imagePullPolicy: "IfNotPresent",
    // The setup Job makes roles and databases with the same SQL as on a server of our own.
    enableSuperuserAccess: true,
    superuserSecret: { name: args.superuserSecret },
    primaryUpdateStrategy: "unsupervised",
    // For a single instance it would block the drain of its node for ever.
    enablePDB: instances > 1,
    storage: { size: config.storage },
    ...(config.walStorage !== undefined && { walStorage: { size: config.walStorage } }),
    resources: { requests: { cpu: "100m", memory: config.memory }, limits: { memory: config.memory } },
    postgresql: { parameters: serverSettings(config) },
    inheritedMetadata: {
      annotations: {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(ports.postgresExporter),
        "prometheus.io/path": "/metrics",
      },
    },
    bootstrap: bootstrap(args),
    ...(store && { env: storeEnvironment(store) }),
    ...(store &&
      backup.kind === "objectStore" && {
        backup: { retentionPolicy: `${backup.retentionDays}d`, barmanObjectStore: objectStore(store) },
      }),
    ...(store &&
      restore && {
        externalClusters: [{ name: source, barmanObjectStore: { ...objectStore(store), serverName: restore.from } }],
      }),
  };
};

/** Six fields: seconds first. */
export const scheduledBackupSpec = (cluster: pulumi.Input<string>, hour: number) => ({
  schedule: `0 0 ${hour} * * *`,
  // The first one at once: WAL without a base backup restores nothing.
  immediate: true,
  backupOwnerReference: "self",
  method: "barmanObjectStore",
  cluster: { name: cluster },
});
