// The pod of the server: settings, volumes, probes, and the exporter beside it.
import type * as pulumi from "@pulumi/pulumi";
import type { NativePostgresConfig } from "../../../config/schema.ts";
import { emptyDir, type PodArgs, type Probe } from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";
import { superuser } from "./databases.ts";
import { exporterContainer } from "./exporter.ts";
import { serverSettings } from "./settings.ts";

/** postgres in the official image. */
export const postgresUser = 999;

/** Key of the superuser's password in its Secret. */
export const superuserKey = "password";

/** Key of the SQL in the ConfigMap, and the name of its file. */
export const databasesFile = "databases.sql";

const dataMount = "/var/lib/postgresql/data";
const superuserMount = "/etc/postgres/superuser";

/** Settings on the command line: what differs from PostgreSQL's defaults, durability left as it is. */
export const serverArgs = (config: NativePostgresConfig): string[] =>
  Object.entries({ listen_addresses: "*", ...serverSettings(config) }).flatMap(([key, value]) => [
    "-c",
    `${key}=${value}`,
  ]);

// Over TCP, because the first start initialises behind a Unix socket: ready means initialised.
const isReady = ["pg_isready", "-q", "-h", "127.0.0.1", "-p", String(ports.postgres), "-U", superuser];

const ready = (timing: Probe): Probe => ({ exec: { command: isReady }, timeoutSeconds: 3, ...timing });

export interface ServerPodArgs {
  readonly config: NativePostgresConfig;
  readonly image: pulumi.Input<string>;
  readonly exporterImage: pulumi.Input<string>;
  /** Secret with the superuser's password. */
  readonly superuserSecret: pulumi.Input<string>;
  /** Secret with the password of every other role. */
  readonly rolesSecret: pulumi.Input<string>;
  /** ConfigMap with the SQL. */
  readonly databases: pulumi.Input<string>;
}

/**
 * The pod. Nothing in it changes with the list of databases, so a new one restarts nothing.
 * For the same reason it carries no checksum: SQL and passwords are read at the first start only.
 */
export const serverPod = (args: ServerPodArgs): PodArgs => ({
  name: services.postgres,
  user: postgresUser,
  metrics: { port: ports.postgresExporter },
  terminationGracePeriodSeconds: 60,
  containers: [
    {
      name: "postgres",
      image: args.image,
      args: ["postgres", ...serverArgs(args.config)],
      env: {
        POSTGRES_USER: superuser,
        POSTGRES_DB: "postgres",
        POSTGRES_PASSWORD_FILE: `${superuserMount}/${superuserKey}`,
        // The built-in locale does not change with the image's C library, which would corrupt text indexes.
        POSTGRES_INITDB_ARGS: "--data-checksums --encoding=UTF8 --locale-provider=builtin --locale=C.UTF-8",
        // A folder below the mount: initdb refuses one that holds lost+found.
        PGDATA: `${dataMount}/pgdata`,
      },
      envFromSecrets: [args.rolesSecret],
      ports: { postgres: ports.postgres },
      resources: { cpu: "100m", memory: args.config.memory, memoryLimit: args.config.memory },
      startup: ready({ periodSeconds: 1, failureThreshold: 300 }),
      readiness: ready({ periodSeconds: 5, failureThreshold: 3 }),
      // A server in recovery is alive although it is not ready.
      liveness: { tcpSocket: { port: ports.postgres }, periodSeconds: 10, failureThreshold: 6 },
      // SIGTERM would wait for every client to leave; the fast stop ends them and needs no recovery at the next start.
      stopCommand: ["pg_ctl", "stop", "-m", "fast", "-w", "-t", "50"],
      mounts: {
        [dataMount]: "data",
        "/var/run/postgresql": "run",
        "/tmp": "tmp",
        "/dev/shm": "shm",
        [superuserMount]: { name: "superuser", readOnly: true },
        "/docker-entrypoint-initdb.d": { name: "databases", readOnly: true },
      },
    },
    exporterContainer({
      image: args.exporterImage,
      server: `127.0.0.1:${ports.postgres}`,
      sslMode: "disable",
      rolesSecret: args.rolesSecret,
    }),
  ],
  volumes: [
    emptyDir("run", "16Mi"),
    emptyDir("tmp", "64Mi"),
    // The container engine's 64 MiB are too few for parallel queries.
    { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "128Mi" } },
    { name: "superuser", secret: { secretName: args.superuserSecret, defaultMode: 0o440 } },
    { name: "databases", configMap: { name: args.databases } },
  ],
});
