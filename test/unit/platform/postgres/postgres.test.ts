import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import type { NativePostgresConfig } from "../../../../config/schema.ts";
import { Postgres } from "../../../../layers/platform/postgres/postgres.ts";
import { outputValue, type Plan, recordPlan } from "../../../../tools/plan/record.ts";

const config = (databases: NativePostgresConfig["databases"]): NativePostgresConfig => ({
  kind: "native",
  storage: "3Gi",
  sharedBuffers: "64MB",
  maxConnections: 100,
  memory: "512Mi",
  databases,
});
const images = { reference: (image: string) => pulumi.output(`registry/${image}:1`) };

const record = async (databases: NativePostgresConfig["databases"]) => {
  let postgres: Postgres | undefined;
  const plan = await recordPlan({ stack: "test" }, () => {
    postgres = new Postgres("postgres", { images, config: config(databases), clients: [{ namespace: "apps" }] });
    return {};
  });
  if (!postgres) throw new Error("the program did not run");
  return { plan, postgres };
};

const job = "kubernetes:batch/v1:Job";
const statefulSet = "kubernetes:apps/v1:StatefulSet";

describe("Postgres", () => {
  let plan: Plan;
  let postgres: Postgres;
  beforeAll(async () => {
    ({ plan, postgres } = await record({ auth: { owner: "app" }, lang: { owner: "app" } }));
  });

  it("refuses a database that is not declared", () => {
    expect(() => postgres.database("missing")).toThrow(
      'The stack file has 1 error:\n  - strata:postgres.databases: "missing" is not declared. Declared: auth, lang',
    );
  });

  it("starts after its namespace, Secrets and SQL, and after nothing else", () => {
    expect([...plan.upstream("postgres", statefulSet)].sort()).toEqual([
      "postgres-databases",
      "postgres-namespace",
      "postgres-role-app",
      "postgres-role-postgres_exporter",
      "postgres-roles",
      "postgres-superuser",
    ]);
  });

  it("runs its Job beside the server, not after it", () => {
    expect(plan.upstream("postgres-setup", job).has("postgres")).toBe(false);
  });

  it("hands out a database that waits for the Job only", async () => {
    const { database, password, ...rest } = postgres.database("auth");
    expect(rest).toEqual({
      host: "postgres.database.svc.cluster.local",
      port: 5432,
      user: "app",
      sslMode: "disable",
    });
    expect(await outputValue(database)).toBe("auth");
    expect(await outputValue(password)).toBe("password-of-postgres-role-app");
    expect(await pulumi.isSecret(password)).toBe(true);
    const { allResources } = database as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    const waitsFor = [...(await allResources.call(database))].map((resource) => outputValue(resource.urn));
    expect(await Promise.all(waitsFor)).toEqual([plan.find("postgres-setup", job).urn]);
  });

  it("gives each owner one password, whatever the number of its databases", () => {
    expect(plan.resources.filter(({ name }) => name.startsWith("postgres-role-")).map(({ name }) => name)).toEqual([
      "postgres-role-postgres_exporter",
      "postgres-role-app",
    ]);
  });

  it("holds no password outside Secrets", () => {
    const others = plan.resources.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
    expect(others.length).toBeGreaterThan(8);
    expect(JSON.stringify(others.map(({ inputs }) => inputs))).not.toContain("password-of-");
  });

  it("asks for the storage of the stack file", () => {
    expect(plan.find("postgres", statefulSet).inputs["spec"]).toMatchObject({
      serviceName: "postgres-headless",
      volumeClaimTemplates: [{ spec: { resources: { requests: { storage: "3Gi" } } } }],
    });
  });

  it("lets in its clients, its Job and Prometheus, each on one port", () => {
    const { spec } = plan.find("postgres", "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs as {
      spec: { ingress: { ports: { port: number }[]; from: object[] }[]; egress: object[] };
    };
    expect(spec.ingress.map(({ ports, from }) => [ports.map(({ port }) => port), from.length])).toEqual([
      [[5432], 2],
      [[9187], 1],
    ]);
    expect(spec.egress).toHaveLength(1);
  });

  it("runs a new Job for a new database, and leaves the server as it is", async () => {
    const { plan: changed } = await record({ auth: { owner: "app" }, lang: { owner: "app" }, extra: { owner: "new" } });
    const jobName = (of: Plan) => (of.find("postgres-setup", job).inputs["metadata"] as { name: string }).name;
    expect(jobName(plan)).toMatch(/^postgres-setup-[0-9a-f]{16}$/);
    expect(jobName(changed)).not.toBe(jobName(plan));
    expect(changed.find("postgres", statefulSet).inputs).toEqual(plan.find("postgres", statefulSet).inputs);
  });
});
