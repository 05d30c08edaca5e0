// postgres_exporter: the same metrics, dashboards and alerts for every kind of server.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseCredentials } from "../../../lib/handles.ts";
import {
  type ContainerArgs,
  checksum,
  metadata,
  podTemplate,
  selector,
  workloadTimeouts,
} from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";
import { exporterRole, passwordKey } from "./databases.ts";
import type { Logins } from "./logins.ts";

export interface ExporterArgs {
  readonly image: pulumi.Input<string>;
  /** host:port of the server. */
  readonly server: string;
  readonly sslMode: DatabaseCredentials["sslMode"];
  /** Secret with the exporter's password among those of all roles. */
  readonly rolesSecret: pulumi.Input<string>;
}

export const exporterContainer = (args: ExporterArgs): ContainerArgs => ({
  name: "exporter",
  image: args.image,
  // The start time of the server is not among the exporter's default collectors.
  args: [`--web.listen-address=:${ports.postgresExporter}`, "--collector.postmaster"],
  env: {
    DATA_SOURCE_URI: `${args.server}/postgres?sslmode=${args.sslMode}`,
    DATA_SOURCE_USER: exporterRole,
    DATA_SOURCE_PASS: { secret: args.rolesSecret, key: passwordKey(exporterRole) },
  },
  ports: { metrics: ports.postgresExporter },
  resources: { cpu: "10m", memory: "32Mi", memoryLimit: "128Mi" },
  // No readiness: an exporter that fails must not take the database out of its Service.
  liveness: { tcpSocket: { port: ports.postgresExporter }, periodSeconds: 30 },
});

/** nobody */
const exporterUser = 65534;

export interface ExporterDeploymentArgs extends Omit<ExporterArgs, "rolesSecret"> {
  readonly namespace: pulumi.Input<string>;
  readonly logins: Pick<Logins, "rolesSecret" | "passwords">;
}

/** A pod of its own, for a server that has none beside it. */
export const createExporter = (
  name: string,
  { namespace, logins, ...args }: ExporterDeploymentArgs,
  options: pulumi.CustomResourceOptions,
): Deployment =>
  new Deployment(
    `${name}-exporter`,
    {
      metadata: metadata(services.postgresExporter, namespace),
      spec: {
        replicas: 1,
        selector: { matchLabels: selector(services.postgresExporter) },
        // Two at once would give every series twice.
        strategy: { type: "Recreate" },
        template: podTemplate({
          name: services.postgresExporter,
          user: exporterUser,
          metrics: { port: ports.postgresExporter },
          checksum: pulumi.unsecret(pulumi.all([...logins.passwords.values()]).apply((values) => checksum(...values))),
          containers: [exporterContainer({ ...args, rolesSecret: logins.rolesSecret })],
        }),
      },
    },
    { ...options, customTimeouts: workloadTimeouts },
  );
