import { describe, expect, it } from "vitest";
import type { NativePostgresConfig } from "../../../../config/schema.ts";
import { serverArgs, serverPod } from "../../../../layers/platform/postgres/server.ts";
import { setupPod, setupScript } from "../../../../layers/platform/postgres/setup.ts";

const config: NativePostgresConfig = {
  kind: "native",
  storage: "2Gi",
  sharedBuffers: "96MB",
  maxConnections: 42,
  memory: "300Mi",
  databases: { a: { owner: "app" } },
};
const references = { image: "pg", superuserSecret: "su", rolesSecret: "roles", databases: "sql" };
const pod = (changes: Partial<NativePostgresConfig> = {}) =>
  serverPod({ ...references, config: { ...config, ...changes }, exporterImage: "exporter" });
const [server, exporter] = pod().containers;

describe("serverArgs", () => {
  it("takes sizes from the configuration and stays durable", () => {
    const args = serverArgs(config);
    expect(args).toContain("shared_buffers=96MB");
    expect(args).toContain("max_connections=42");
    expect(args).toContain("fsync=on");
    expect(args).toContain("synchronous_commit=on");
    expect(args.filter((_, index) => index % 2 === 0).every((arg) => arg === "-c")).toBe(true);
  });
});

describe("serverPod", () => {
  it("does not change with the list of databases", () => {
    expect(pod({ databases: { other: { owner: "x" }, another: { owner: "y" } } })).toEqual(pod());
  });

  it("is ready over TCP only, because the first start initialises behind a socket", () => {
    const command = ["pg_isready", "-q", "-h", "127.0.0.1", "-p", "5432", "-U", "postgres"];
    expect(server?.readiness?.["exec"]).toEqual({ command });
    expect(server?.startup?.["exec"]).toEqual({ command });
    expect(server?.liveness).toMatchObject({ tcpSocket: { port: 5432 } });
  });

  it("has no CPU limit, and reserves the memory it may use", () => {
    expect(server?.resources).toEqual({ cpu: "100m", memory: "300Mi", memoryLimit: "300Mi" });
  });

  it("keeps the superuser's password in a file and PGDATA below the mount", () => {
    expect(server?.env).toMatchObject({
      POSTGRES_PASSWORD_FILE: "/etc/postgres/superuser/password",
      PGDATA: "/var/lib/postgresql/data/pgdata",
    });
    expect(JSON.stringify(server?.env)).not.toContain("PASSWORD_FILE=");
    expect(server?.envFromSecrets).toEqual(["roles"]);
  });

  it("connects the exporter with a role of its own", () => {
    expect(exporter?.env).toEqual({
      DATA_SOURCE_URI: "127.0.0.1:5432/postgres?sslmode=disable",
      DATA_SOURCE_USER: "postgres_exporter",
      DATA_SOURCE_PASS: { secret: "roles", key: "PASSWORD_postgres_exporter" },
    });
    expect(exporter?.readiness).toBeUndefined();
    expect(pod().metrics).toEqual({ port: 9187 });
  });
});

describe("setupPod", () => {
  const [psql] = setupPod({ ...references, server: "db.example", checksum: "c" }).containers;

  it("runs the same file as the first start, where it is mounted", () => {
    const mount = Object.keys(psql?.mounts ?? {}).find((path) => path.startsWith("/etc"));
    expect(setupScript).toContain(`--file ${mount}/databases.sql`);
    expect(psql?.command).toEqual(["sh", "-ec", setupScript]);
  });

  it("gives up after four minutes, and says so", () => {
    expect(setupScript).toContain("deadline=$(( $(date +%s) + 240 ))");
    expect(setupScript).toContain("postgres setup: no answer within 240 s");
  });

  it("connects over TCP with passwords from Secrets", () => {
    expect(psql?.env).toMatchObject({ PGHOST: "db.example", PGPASSWORD: { secret: "su", key: "password" } });
    expect(psql?.envFromSecrets).toEqual(["roles"]);
  });
});
