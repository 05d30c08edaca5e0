// PostgreSQL on Amazon RDS: the instance is the account's, its databases, owners, passwords and metrics are as everywhere.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import type { RdsConfig } from "../../../../config/schema.ts";
import type { AwsHandle } from "../../../../lib/aws/handle.ts";
import { Component } from "../../../../lib/component.ts";
import type { DatabaseCredentials, ImageSource, PostgresHandle } from "../../../../lib/handles.ts";
import { createNamespace } from "../../../../lib/namespace.ts";
import { allowFlows, type Peer } from "../../../../lib/network-policy.ts";
import { setupJob } from "../../../../lib/setup-job.ts";
import { checksum, metadata, skipAwait } from "../../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../../names.ts";
import { rdsPostgres } from "../../../../versions.ts";
import { checkDatabases, databasesSql, passwordKey, superuser } from "../databases.ts";
import { createExporter } from "../exporter.ts";
import { createLogins, credentialsOf, type Logins } from "../logins.ts";
import { databasesFile } from "../server.ts";
import { setupPod, setupScript, setupWorkload } from "../setup.ts";
import { rdsFlows } from "./flows.ts";
import { stableVerifier } from "./scram.ts";

export interface RdsArgs {
  readonly aws: AwsHandle;
  readonly images: ImageSource;
  readonly config: RdsConfig;
}

/** Only the setup Job, and with it what uses a database, waits for the instance: it takes longer than the rest of the cluster. */
export class Rds extends Component implements PostgresHandle {
  readonly peer: Peer;
  /** Name inside the cluster. It stays when another instance takes over, and is known before there is one. */
  readonly host = host(services.postgres, namespaces.database);
  readonly #config: RdsConfig;
  readonly #logins: Logins;
  /** Waits until every database and its owner exist. */
  readonly #ready: pulumi.Output<string>;

  /** @throws UserError for names that PostgreSQL keeps for itself. */
  constructor(name: string, { aws, images, config }: RdsArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Rds", name, options);
    checkDatabases(config.databases);
    this.#config = config;
    this.peer = { cidr: aws.vpcCidr };
    const child: pulumi.CustomResourceOptions = { parent: this };
    const namespace = createNamespace(name, { name: namespaces.database }, child);
    const logins = createLogins(name, { namespace, databases: config.databases }, child);
    this.#logins = logins;
    const own = (suffix: string) =>
      metadata(`${services.postgres}-${suffix}`, namespace, { workload: services.postgres });

    const database = aws.database(config.instance, {
      name: config.instance,
      engineVersion: rdsPostgres,
      instanceClass: config.class,
      storageGiB: config.storageGiB,
      multiAz: config.multiAz,
      backupDays: config.backupDays,
      masterUser: superuser,
      masterPassword: logins.superuserPassword,
      ...(config.snapshot !== undefined && { snapshot: config.snapshot }),
      ...(config.protect !== undefined && { protect: config.protect }),
    });
    const service = new Service(
      name,
      {
        metadata: metadata(services.postgres, namespace, { annotations: skipAwait }),
        spec: { type: "ExternalName", externalName: database.host },
      },
      child,
    );

    const sql = databasesSql(config.databases, "managed");
    const databases = new ConfigMap(
      `${name}-databases`,
      { metadata: own("databases"), data: { [databasesFile]: sql } },
      child,
    ).metadata.name;
    const verifiers = new Secret(
      `${name}-verifiers`,
      {
        metadata: own("verifiers"),
        stringData: Object.fromEntries(
          [...logins.passwords].map(([role, password]) => [
            passwordKey(role),
            pulumi.secret(password.apply((value) => stableVerifier(role, value))),
          ]),
        ),
      },
      child,
    ).metadata.name;
    this.#ready = setupJob(
      `${name}-setup`,
      {
        namespace,
        workload: setupWorkload,
        // An instance of another name or origin is another server.
        inputs: [sql, setupScript, config.instance, config.snapshot ?? ""],
        pod: setupPod({
          image: images.reference("postgres"),
          superuserSecret: logins.superuserSecret,
          rolesSecret: verifiers,
          databases,
          server: service.metadata.apply(() => this.host),
          sslMode: "require",
          checksum: pulumi.unsecret(pulumi.all([...logins.passwords.values()]).apply((values) => checksum(...values))),
        }),
      },
      child,
    ).metadata.name;
    createExporter(
      name,
      {
        namespace,
        image: images.reference("postgresExporter"),
        server: `${this.host}:${ports.postgres}`,
        sslMode: "require",
        logins,
      },
      child,
    );
    for (const [workload, flows] of Object.entries(rdsFlows(this.peer)))
      allowFlows(`${name}-flows-${workload}`, { namespace, workload, flows }, child);
    this.registerOutputs({ host: this.host, databases: Object.keys(config.databases) });
  }

  database(name: string): DatabaseCredentials {
    return credentialsOf(name, {
      databases: this.#config.databases,
      passwords: this.#logins.passwords,
      host: this.host,
      sslMode: "require",
      ready: this.#ready,
    });
  }
}
