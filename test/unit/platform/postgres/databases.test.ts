import { describe, expect, it } from "vitest";
import { checkDatabases, databasesSql, owners, passwordKey } from "../../../../layers/platform/postgres/databases.ts";

const message = (databases: Record<string, { owner: string }>): string => {
  try {
    checkDatabases(databases);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "accepted";
};

describe("checkDatabases", () => {
  it("refuses names that the server keeps for itself, all at once", () => {
    expect(message({ postgres: { owner: "app" }, template1: { owner: "pg_app" }, ok: { owner: "postgres" } })).toBe(
      [
        "UserError: strata:postgres.databases.postgres: the server has a database of that name itself. Choose another name",
        "strata:postgres.databases.template1: the server has a database of that name itself. Choose another name",
        'strata:postgres.databases.template1.owner: "pg_app" is reserved. Choose a role of your own, for example "app"',
        'strata:postgres.databases.ok.owner: "postgres" is reserved. Choose a role of your own, for example "app"',
      ].join("\n"),
    );
  });

  it("refuses the exporter's role as an owner", () => {
    expect(message({ a: { owner: "postgres_exporter" } })).toBe(
      'UserError: strata:postgres.databases.a.owner: "postgres_exporter" is reserved. Choose a role of your own, for example "app"',
    );
  });

  it("accepts a reserved word of SQL, which is quoted", () => {
    expect(message({ order: { owner: "user" } })).toBe("accepted");
  });
});

describe("owners", () => {
  it("lists each role once, sorted", () => {
    expect(owners({ a: { owner: "zoe" }, b: { owner: "adam" }, c: { owner: "zoe" } })).toEqual(["adam", "zoe"]);
  });
});

describe("databasesSql", () => {
  const sql = databasesSql({ b_db: { owner: "app" }, order: { owner: "user" } });

  it("creates only what is missing, and makes the owner the owner every time", () => {
    expect(sql).toContain(
      `SELECT 'CREATE DATABASE "order" OWNER "user"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'order') \\gexec\n` +
        'ALTER DATABASE "order" OWNER TO "user";\nREVOKE ALL ON DATABASE "order" FROM PUBLIC;\n',
    );
    expect(sql).toContain(
      `SELECT 'CREATE ROLE "app"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \\gexec\n`,
    );
  });

  it("drops nothing", () => {
    expect(sql).not.toMatch(/\bDROP\b/i);
  });

  it("takes every password from the environment, and stops where one is missing", () => {
    expect(sql.match(/\\getenv password \S+/g)).toEqual([
      "\\getenv password PASSWORD_postgres_exporter",
      "\\getenv password PASSWORD_app",
      "\\getenv password PASSWORD_user",
    ]);
    expect(sql.match(/PASSWORD :'password'/g)).toHaveLength(3);
    expect(sql).toContain("RAISE EXCEPTION 'PASSWORD_app is not in the environment'");
  });

  it("keeps failed statements, which hold passwords, out of logs", () => {
    const settings = sql.slice(0, sql.indexOf("\\getenv"));
    expect(settings).toContain("SET log_min_error_statement = 'panic';");
    expect(settings).toContain("\\set VERBOSITY terse");
  });

  it("gives the exporter statistics only", () => {
    expect(sql).toContain('GRANT pg_monitor TO "postgres_exporter";');
    expect(sql).toContain("NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 5 PASSWORD :'password'");
  });

  it("does not depend on the order of the stack file", () => {
    expect(databasesSql({ order: { owner: "user" }, b_db: { owner: "app" } })).toBe(sql);
  });

  it("names variables as a Secret's keys and the environment both allow", () => {
    expect(passwordKey("dev_user1")).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
  });
});

describe("databasesSql on a server of somebody else's", () => {
  const sql = databasesSql({ b_db: { owner: "app" } }, "managed");

  it("asks for nothing that only a superuser may", () => {
    expect(sql).not.toMatch(/SUPERUSER|REPLICATION|log_(statement|min)/);
    expect(sql).toContain("\\set VERBOSITY terse\nSET client_min_messages = 'warning';\n");
    expect(sql).toContain("ALTER ROLE \"app\" LOGIN NOCREATEDB NOCREATEROLE PASSWORD :'password';");
  });

  it("is a member of the owners, before it gives a database to one", () => {
    expect(sql.indexOf('GRANT "app" TO CURRENT_USER;')).toBeGreaterThan(sql.indexOf('ALTER ROLE "app"'));
    expect(sql.indexOf('GRANT "app" TO CURRENT_USER;')).toBeLessThan(sql.indexOf("CREATE DATABASE"));
    expect(sql).not.toContain('GRANT "postgres_exporter" TO CURRENT_USER');
    expect(databasesSql({ b_db: { owner: "app" } })).not.toContain("CURRENT_USER");
  });
});
