// A statement against the stack's database, by the login of an app, from a pod that its network policies let through.

import { passwordKey } from "../../layers/platform/postgres/databases.ts";
import { postgresUser } from "../../layers/platform/postgres/server.ts";
import { setupWorkload } from "../../layers/platform/postgres/setup.ts";
import { podTemplate } from "../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../names.ts";
import type { DatabaseTarget } from "./target.ts";

export interface QueryArgs {
  readonly name: string;
  readonly image: string;
  readonly target: DatabaseTarget;
  /** Name of CloudNativePG's cluster: another one after the restore. */
  readonly cluster: string;
  readonly sql: string;
}

const server = ({ target, cluster }: QueryArgs): string =>
  host(target.kind === "rds" ? services.postgres : `${cluster}-rw`, namespaces.database);

/** A Job whose log is the answer, one row a line. It holds no password: the role's is in the Secret of all roles. */
export const queryJob = (args: QueryArgs): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: args.name, namespace: namespaces.database },
  spec: {
    backoffLimit: 2,
    template: podTemplate({
      name: setupWorkload,
      user: postgresUser,
      containers: [
        {
          name: "psql",
          image: args.image,
          command: ["psql", "--no-psqlrc", "--no-password", "--quiet", "-At", "-v", "ON_ERROR_STOP=1", "-c", args.sql],
          env: {
            PGHOST: server(args),
            PGPORT: String(ports.postgres),
            PGUSER: args.target.owner,
            PGDATABASE: args.target.database,
            PGPASSWORD: { secret: "postgres-roles", key: passwordKey(args.target.owner) },
            PGCONNECT_TIMEOUT: "10",
            PGSSLMODE: args.target.kind === "rds" ? "require" : "prefer",
          },
          resources: { cpu: "10m", memory: "32Mi", memoryLimit: "64Mi" },
        },
      ],
      extra: { restartPolicy: "Never" },
    }),
  },
});

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Table of the canary, in the database of the stack file's first entry. */
const table = "strata_drill";

export const writeRow = (id: string, at: string): string =>
  `create table if not exists ${table} (id text primary key, at timestamptz not null); insert into ${table} values (${quoted(id)}, ${quoted(at)}) on conflict (id) do nothing; select id || ' ' || extract(epoch from at)::bigint from ${table} where id = ${quoted(id)}`;

export const readRow = (id: string): string =>
  `select id || ' ' || extract(epoch from at)::bigint from ${table} where id = ${quoted(id)}`;

export const dropTable = `drop table if exists ${table}`;
