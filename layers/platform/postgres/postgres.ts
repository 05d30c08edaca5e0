// PostgreSQL: one server, the databases and owners of the stack file, an exporter.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import type { NativePostgresConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import { createDataServer } from "../../../lib/data-server.ts";
import type { DatabaseCredentials, ImageSource, PostgresHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows, type Peer } from "../../../lib/network-policy.ts";
import { setupJob } from "../../../lib/setup-job.ts";
import { checksum, dataClaim, metadata, selector, skipAwait } from "../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../names.ts";
import { checkDatabases, databasesSql } from "./databases.ts";
import { createLogins, credentialsOf } from "./logins.ts";
import { databasesFile, serverPod } from "./server.ts";
import { setupPod, setupScript, setupWorkload } from "./setup.ts";

export interface PostgresArgs {
  readonly images: ImageSource;
  readonly config: NativePostgresConfig;
  /** Who may connect, beside the setup Job: namespaces or workloads. Default: nobody. */
  readonly clients?: readonly Peer[];
}

/**
 * Waits for the API server and its own images only: it comes up beside the network and everything else.
 * A PodDisruptionBudget is left out on purpose: with one replica it either blocks every drain of its node or protects nothing.
 */
export class Postgres extends Component implements PostgresHandle {
  readonly namespace = namespaces.database;
  readonly peer: Peer = { namespace: namespaces.database, workload: services.postgres };
  /** Address of the server, inside the cluster. */
  readonly host = host(services.postgres, namespaces.database);
  readonly #databases: NativePostgresConfig["databases"];
  readonly #passwords: ReadonlyMap<string, pulumi.Output<string>>;
  /** Waits until every database and its owner exist. */
  readonly #ready: pulumi.Output<string>;

  /** @throws UserError for names that PostgreSQL keeps for itself. */
  constructor(name: string, args: PostgresArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Postgres", name, options);
    const { config } = args;
    checkDatabases(config.databases);
    this.#databases = config.databases;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const namespace = createNamespace(name, { name: namespaces.database }, child);

    const { passwords, superuserSecret, rolesSecret } = createLogins(
      name,
      { namespace, databases: config.databases },
      child,
    );
    this.#passwords = passwords;
    const sql = databasesSql(config.databases);
    const databases = new ConfigMap(
      `${name}-databases`,
      {
        metadata: metadata(`${services.postgres}-databases`, namespace, { workload: services.postgres }),
        data: { [databasesFile]: sql },
      },
      child,
    ).metadata.name;

    const image = args.images.reference("postgres");
    const references = { image, superuserSecret, rolesSecret, databases };
    const exporterImage = args.images.reference("postgresExporter");
    createDataServer(
      name,
      {
        workload: services.postgres,
        namespace,
        serviceName: `${services.postgres}-headless`,
        pod: serverPod({ ...references, config, exporterImage }),
        claims: [dataClaim(config.storage)],
      },
      child,
    );
    for (const [suffix, clusterIP] of [["", undefined] as const, ["-headless", "None"] as const])
      new Service(
        `${name}${suffix}`,
        {
          metadata: metadata(`${services.postgres}${suffix}`, namespace, {
            workload: services.postgres,
            annotations: skipAwait,
          }),
          spec: {
            selector: selector(services.postgres),
            ports: [{ name: "postgres", port: ports.postgres, targetPort: ports.postgres }],
            ...(clusterIP && { clusterIP }),
          },
        },
        child,
      );

    const setup = setupJob(
      `${name}-setup`,
      {
        namespace,
        workload: setupWorkload,
        inputs: [sql, setupScript],
        pod: setupPod({
          ...references,
          server: this.host,
          checksum: pulumi.unsecret(pulumi.all([...this.#passwords.values()]).apply((values) => checksum(...values))),
        }),
      },
      child,
    );
    this.#ready = setup.metadata.name;

    allowFlows(
      name,
      {
        namespace,
        workload: services.postgres,
        flows: {
          ingress: [
            {
              peers: [{ namespace: this.namespace, workload: setupWorkload }, ...(args.clients ?? [])],
              ports: [ports.postgres],
            },
            {
              peers: [{ namespace: namespaces.observability, workload: services.prometheus }],
              ports: [ports.postgresExporter],
            },
          ],
        },
      },
      child,
    );
    allowFlows(
      `${name}-setup`,
      {
        namespace,
        workload: setupWorkload,
        flows: {
          egress: [{ peers: [{ namespace: this.namespace, workload: services.postgres }], ports: [ports.postgres] }],
        },
      },
      child,
    );
    this.registerOutputs({ host: this.host, namespace: this.namespace, databases: Object.keys(config.databases) });
  }

  database(name: string): DatabaseCredentials {
    return credentialsOf(name, {
      sslMode: "disable",
      databases: this.#databases,
      passwords: this.#passwords,
      host: this.host,
      ready: this.#ready,
    });
  }
}
