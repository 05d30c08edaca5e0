// PostgreSQL by CloudNativePG: replicated, backed up to the object store, with the same databases, owners and passwords as without it.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import type { CloudNativePgConfig } from "../../../../config/schema.ts";
import { chartImage } from "../../../../lib/chart-images.ts";
import { Component } from "../../../../lib/component.ts";
import type {
  BucketCredentials,
  ClusterHandle,
  DatabaseCredentials,
  ObjectStoreHandle,
  PostgresHandle,
} from "../../../../lib/handles.ts";
import { createNamespace } from "../../../../lib/namespace.ts";
import { allowFlows, type Peer } from "../../../../lib/network-policy.ts";
import { createRelease } from "../../../../lib/release.ts";
import { setupJob } from "../../../../lib/setup-job.ts";
import { checksum, metadata, workloadTimeouts } from "../../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../../names.ts";
import { checkDatabases, databasesSql } from "../databases.ts";
import { createExporter } from "../exporter.ts";
import { createLogins, credentialsOf, type Logins } from "../logins.ts";
import { databasesFile } from "../server.ts";
import { setupPod, setupScript, setupWorkload } from "../setup.ts";
import {
  apiVersion,
  type BackupStore,
  bucketKeys,
  clusterSpec,
  instancesOf,
  scheduledBackupSpec,
} from "./cluster-spec.ts";
import { clusterFlows } from "./flows.ts";
import { operatorValues } from "./values.ts";

export interface CloudNativePgArgs {
  readonly cluster: ClusterHandle;
  readonly config: CloudNativePgConfig;
  /** Constructed with the bucket of the backups; left out where there are none. Only the cluster waits for it. */
  readonly objectStore?: ObjectStoreHandle;
  /** Who may connect, beside the setup Job and the exporter. Default: nobody. */
  readonly clients?: readonly Peer[];
}

/** A first start downloads nothing but waits for the operator, a volume and initdb; a recovery also for the backup. */
const setupMinutes = 15;

/** Only the cluster and its backups wait for the operator, and only databases for the cluster. */
export class CloudNativePg extends Component implements PostgresHandle {
  readonly namespace = namespaces.database;
  readonly peer: Peer = { namespace: namespaces.database, workload: services.postgresInstance };
  /** Address of the primary, inside the cluster. */
  readonly host: string;
  readonly #config: CloudNativePgConfig;
  readonly #logins: Logins;
  /** Waits until every database and its owner exist. */
  readonly #ready: pulumi.Output<string>;

  /** @throws UserError for names that PostgreSQL keeps for itself. */
  constructor(name: string, args: CloudNativePgArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "CloudNativePg", name, options);
    const { config } = args;
    const { images, charts, simulated, local } = args.cluster;
    checkDatabases(config.databases);
    this.#config = config;
    this.host = host(`${config.cluster}-rw`, this.namespace);
    const child: pulumi.CustomResourceOptions = { parent: this };
    const namespace = createNamespace(name, { name: this.namespace }, child);
    const logins = createLogins(name, { namespace, databases: config.databases, superuser: "basic-auth" }, child);
    this.#logins = logins;
    const image = images.reference("postgresCloudNative");

    const operator = createRelease(
      `${name}-operator`,
      {
        name: services.cloudnativePg,
        chart: charts.chart("cloudnativePg"),
        namespace,
        values: operatorValues({ simulated }, chartImage(images, "cloudnativePg")),
      },
      child,
    );
    const { backup } = config;
    const bucket =
      backup.kind === "objectStore"
        ? args.objectStore?.bucket(backup.bucket, { namespace: this.namespace, serviceAccount: config.cluster })
        : undefined;
    const cluster = new CustomResource(
      `${name}-cluster`,
      {
        apiVersion,
        kind: "Cluster",
        // The release's name and not the namespace's: its definitions must be there first, and so must the instances' role.
        metadata: metadata(
          config.cluster,
          pulumi
            .all([operator.name, bucket?.access === "identity" ? bucket.serviceAccount : ""])
            .apply(() => this.namespace),
          { workload: services.postgres },
        ),
        spec: clusterSpec({
          config,
          instances: instancesOf(config, local),
          image,
          superuserSecret: logins.superuserSecret,
          first: this.#first(name, namespace, child),
          ...(bucket && { store: this.#store(name, bucket, namespace, child) }),
        }),
      },
      { ...child, customTimeouts: workloadTimeouts },
    );
    const server = cluster.metadata.apply(() => this.host);

    if (config.backup.kind === "objectStore")
      new CustomResource(
        `${name}-backup`,
        {
          apiVersion,
          kind: "ScheduledBackup",
          metadata: metadata(config.cluster, namespace, { workload: services.postgres }),
          spec: scheduledBackupSpec(
            cluster.metadata.apply(() => config.cluster),
            config.backup.hour,
          ),
        },
        child,
      );

    this.#ready = this.#setup(name, { namespace, image, server }, child);
    createExporter(
      name,
      {
        namespace,
        image: images.reference("postgresExporter"),
        server: `${this.host}:${ports.postgres}`,
        sslMode: "disable",
        logins,
      },
      child,
    );
    const flows = clusterFlows({ clients: args.clients ?? [], ...(bucket && { store: bucket.egress }) });
    for (const [workload, own] of Object.entries(flows))
      allowFlows(`${name}-flows-${workload}`, { namespace, workload, flows: own }, child);
    this.registerOutputs({ host: this.host, namespace: this.namespace, databases: Object.keys(config.databases) });
  }

  database(name: string): DatabaseCredentials {
    return credentialsOf(name, {
      sslMode: "disable",
      databases: this.#config.databases,
      passwords: this.#logins.passwords,
      host: this.host,
      ready: this.#ready,
    });
  }

  /** The operator insists on one database, and makes up a password for its owner unless a Secret has one. */
  #first(name: string, namespace: pulumi.Input<string>, child: pulumi.CustomResourceOptions) {
    const [database, { owner }] = Object.entries(this.#config.databases).sort(([a], [b]) => (a < b ? -1 : 1))[0] ?? [
      "app",
      { owner: "app" },
    ];
    const secret = new Secret(
      `${name}-owner`,
      {
        metadata: metadata(`${services.postgres}-owner`, namespace, { workload: services.postgres }),
        type: "kubernetes.io/basic-auth",
        stringData: { username: owner, password: this.#logins.passwords.get(owner) ?? "" },
      },
      child,
    );
    return { database, owner, secret: secret.metadata.name };
  }

  #store(
    name: string,
    bucket: BucketCredentials,
    namespace: pulumi.Input<string>,
    child: pulumi.CustomResourceOptions,
  ): BackupStore {
    if (bucket.access === "identity") return { bucket };
    const secret = new Secret(
      `${name}-bucket`,
      {
        metadata: metadata(`${services.postgres}-bucket`, namespace, { workload: services.postgres }),
        stringData: {
          [bucketKeys.accessKeyId]: bucket.accessKeyId,
          [bucketKeys.secretAccessKey]: bucket.secretAccessKey,
          [bucketKeys.region]: bucket.region,
        },
      },
      child,
    );
    return { bucket, secret: secret.metadata.name };
  }

  /** Roles and databases by the same SQL as on a server of our own, against the cluster's primary. */
  #setup(
    name: string,
    args: {
      namespace: pulumi.Input<string>;
      image: pulumi.Input<string>;
      /** Waits for the cluster's definition. */
      server: pulumi.Output<string>;
    },
    child: pulumi.CustomResourceOptions,
  ): pulumi.Output<string> {
    const { namespace, image } = args;
    const { passwords, superuserSecret, rolesSecret } = this.#logins;
    const sql = databasesSql(this.#config.databases);
    const databases = new ConfigMap(
      `${name}-databases`,
      {
        metadata: metadata(`${services.postgres}-databases`, namespace, { workload: services.postgres }),
        data: { [databasesFile]: sql },
      },
      child,
    ).metadata.name;
    return setupJob(
      `${name}-setup`,
      {
        namespace,
        workload: setupWorkload,
        // A cluster of another name is another server.
        inputs: [sql, setupScript, this.host],
        timeoutMinutes: setupMinutes,
        pod: setupPod({
          image,
          superuserSecret,
          rolesSecret,
          databases,
          server: args.server,
          checksum: pulumi.unsecret(pulumi.all([...passwords.values()]).apply((values) => checksum(...values))),
        }),
      },
      child,
    ).metadata.name;
  }
}
