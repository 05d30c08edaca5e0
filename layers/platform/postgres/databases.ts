// Which roles and databases there are, and the SQL that makes them: at the server's first start, and again by every setup Job.
import type { PostgresConfig } from "../../../config/schema.ts";
import { UserError } from "../../../lib/errors.ts";

/** Owner of the server; no application uses it. */
export const superuser = "postgres";

/** Reads statistics, and nothing else. */
export const exporterRole = "postgres_exporter";

type Databases = PostgresConfig["databases"];

const reservedDatabases = ["postgres", "template0", "template1"];
const reservedRoles = [superuser, exporterRole, "public", "none"];

/**
 * Refuses names that PostgreSQL or strata keep for themselves.
 *
 * @throws UserError listing all of them.
 */
export const checkDatabases = (databases: Databases): void => {
  const issues = Object.entries(databases).flatMap(([name, { owner }]) => [
    ...(reservedDatabases.includes(name)
      ? [`strata:postgres.databases.${name}: the server has a database of that name itself. Choose another name`]
      : []),
    ...(reservedRoles.includes(owner) || owner.startsWith("pg_")
      ? [
          `strata:postgres.databases.${name}.owner: "${owner}" is reserved. Choose a role of your own, for example "app"`,
        ]
      : []),
  ]);
  if (issues.length > 0) throw new UserError(issues.join("\n"));
};

/** Roles that own databases, each once, sorted. */
export const owners = (databases: Databases): string[] =>
  [...new Set(Object.values(databases).map(({ owner }) => owner))].sort();

/** Key of a role's password in the Secret, and the environment variable that the SQL reads. */
export const passwordKey = (role: string): string => `PASSWORD_${role}`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Whose the server is. `ours`: the script runs as its superuser. `managed`: as an administrator who may make roles and databases, and
 * nothing that PostgreSQL keeps for superusers; passwords come as verifiers (scram.ts), because he can't keep statements out of the log.
 */
export type ServerKind = "ours" | "managed";

const attributes: Readonly<Record<ServerKind, string>> = {
  ours: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION",
  // Only a superuser may so much as name the others; a new role has none of them.
  managed: "LOGIN NOCREATEDB NOCREATEROLE",
};

const roleSql = (role: string, extra: string, server: ServerKind): string => `
\\getenv password ${passwordKey(role)}
\\if :{?password}
\\else
DO $$ BEGIN RAISE EXCEPTION '${passwordKey(role)} is not in the environment'; END $$;
\\endif
SELECT ${literal(`CREATE ROLE ${identifier(role)}`)} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) \\gexec
ALTER ROLE ${identifier(role)} ${attributes[server]} ${extra}PASSWORD :'password';
\\unset password
`;

// The owner of a database may create in its schema public, because PostgreSQL 15 and later give that schema to pg_database_owner.
const databaseSql = (name: string, owner: string): string => `
SELECT ${literal(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}`)} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(name)}) \\gexec
ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)};
REVOKE ALL ON DATABASE ${identifier(name)} FROM PUBLIC;
`;

const keptFromLogs = `SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
`;

/** Who is no superuser gives a database only to a role that he is a member of. */
const ownerSql = (role: string, server: ServerKind): string =>
  roleSql(role, "", server) + (server === "managed" ? `GRANT ${identifier(role)} TO CURRENT_USER;\n` : "");

/** A psql script that may run any number of times. It holds no password: they come from the environment. Default: a server of ours. */
export const databasesSql = (databases: Databases, server: ServerKind = "ours"): string =>
  [
    `-- Written by strata from postgres.databases. Safe to run again: it creates what is missing and drops nothing.
\\set ON_ERROR_STOP on
-- A failed statement would be shown and logged with its text, and some hold a password.
\\set VERBOSITY terse
${server === "ours" ? keptFromLogs : ""}SET client_min_messages = 'warning';
`,
    roleSql(exporterRole, "CONNECTION LIMIT 5 ", server),
    `GRANT pg_monitor TO ${identifier(exporterRole)};\n`,
    ...owners(databases).map((role) => ownerSql(role, server)),
    ...Object.entries(databases)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { owner }]) => databaseSql(name, owner)),
  ].join("");
