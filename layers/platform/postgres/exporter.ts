// The container of postgres_exporter: the same metrics, dashboards and alerts for every kind of server.
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "../../../lib/workload.ts";
import { ports } from "../../../names.ts";
import { exporterRole, passwordKey } from "./databases.ts";

export interface ExporterArgs {
  readonly image: pulumi.Input<string>;
  /** host:port of the server. */
  readonly server: string;
  /** Secret with the exporter's password among those of all roles. */
  readonly rolesSecret: pulumi.Input<string>;
}

export const exporterContainer = (args: ExporterArgs): ContainerArgs => ({
  name: "exporter",
  image: args.image,
  // The start time of the server is not among the exporter's default collectors.
  args: [`--web.listen-address=:${ports.postgresExporter}`, "--collector.postmaster"],
  env: {
    DATA_SOURCE_URI: `${args.server}/postgres?sslmode=disable`,
    DATA_SOURCE_USER: exporterRole,
    DATA_SOURCE_PASS: { secret: args.rolesSecret, key: passwordKey(exporterRole) },
  },
  ports: { metrics: ports.postgresExporter },
  resources: { cpu: "10m", memory: "32Mi", memoryLimit: "128Mi" },
  // No readiness: an exporter that fails must not take the database out of its Service.
  liveness: { tcpSocket: { port: ports.postgresExporter }, periodSeconds: 30 },
});
