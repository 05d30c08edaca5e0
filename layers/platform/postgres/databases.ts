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

const roleSql = (role: string, extra: string): string => `
\\getenv password ${passwordKey(role)}
\\if :{?password}
\\else
DO $$ BEGIN RAISE EXCEPTION '${passwordKey(role)} is not in the environment'; END $$;
\\endif
SELECT ${literal(`CREATE ROLE ${identifier(role)}`)} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) \\gexec
ALTER ROLE ${identifier(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION ${extra}PASSWORD :'password';
\\unset password
`;

// The owner of a database may create in its schema public, because PostgreSQL 15 and later give that schema to pg_database_owner.
const databaseSql = (name: string, owner: string): string => `
SELECT ${literal(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}`)} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(name)}) \\gexec
ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)};
REVOKE ALL ON DATABASE ${identifier(name)} FROM PUBLIC;
`;

/** A psql script that may run any number of times, as the superuser. It holds no password: they come from the environment. */
export const databasesSql = (databases: Databases): string =>
  [
    `-- Written by strata from postgres.databases. Safe to run again: it creates what is missing and drops nothing.
\\set ON_ERROR_STOP on
-- A failed statement would be shown and logged with its text, and some hold a password.
\\set VERBOSITY terse
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SET client_min_messages = 'warning';
`,
    roleSql(exporterRole, "CONNECTION LIMIT 5 "),
    `GRANT pg_monitor TO ${identifier(exporterRole)};\n`,
    ...owners(databases).map((role) => roleSql(role, "")),
    ...Object.entries(databases)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { owner }]) => databaseSql(name, owner)),
  ].join("");
