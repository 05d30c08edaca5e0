// dev-fast with its data on AWS, rehearsed: who gets a role, who waits for it, and that no key is left anywhere.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import strata from "../../index.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { eksSection } from "../support/aws/recorded.ts";
import { stackConfig } from "../support/stack-file.ts";

const databases = { auth_db: { owner: "devuser" } };
const app = {
  image: "ghcr.io/acme/api:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  port: 8080,
  database: "auth_db",
  bucket: "uploads",
};
const deployment = "kubernetes:apps/v1:Deployment";
const statefulSet = "kubernetes:apps/v1:StatefulSet";
const account = "kubernetes:core/v1:ServiceAccount";
const clusterType = "kubernetes:postgresql.cnpg.io/v1:Cluster";
const bucket = (purpose: string) => `strata-dev-fast-111122223333-eu-central-1-${purpose}`;

const record = (sections: Record<string, unknown>): Promise<Plan> => {
  const { "strata:images": _images, ...config } = stackConfig("dev-fast");
  return recordPlan(
    {
      stack: "dev-fast",
      config: {
        ...config,
        ...Object.fromEntries(
          Object.entries({
            cluster: eksSection,
            objectStore: { kind: "s3" },
            apps: { api: app },
            ...sections,
          }).map(([name, section]) => [`strata:${name}`, JSON.stringify(section)]),
        ),
      },
    },
    () => strata({ state: "absent", incarnation: 1 }, async (key) => ({ path: `.strata/charts/${key}.tgz` })),
  );
};

let plan: Plan;
beforeAll(async () => {
  vi.stubEnv("STRATA_CLUSTER", "kwok");
  plan = await record({ postgres: { kind: "cloudnative-pg", databases } });
});
afterAll(() => vi.unstubAllEnvs());

const pod = (name: string, type: string) => {
  const { spec } = plan.find(name, type).inputs as { spec: { template: { spec: Record<string, unknown> } } };
  return spec.template.spec;
};

test("there is no Garage, and no key of a bucket", () => {
  expect(plan.resources.filter(({ name }) => name.includes("garage"))).toEqual([]);
  expect(plan.resources.filter(({ name }) => name.endsWith("-bucket"))).toEqual([]);
  expect(JSON.stringify(plan.resources.map(({ inputs }) => inputs))).not.toMatch(/ACCESS_KEY|accessKeyId/);
  expect(plan.calls).toEqual([]);
});

test.each([
  ["observability-loki", statefulSet, "loki", "loki-chunks"],
  ["observability-tempo", statefulSet, "tempo", "tempo-traces"],
  ["api", deployment, "api", "uploads"],
])("%s runs by a service account of its own and knows its bucket", (name, type, serviceAccount, purpose) => {
  expect(pod(name, type)).toMatchObject({
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: false,
  });
  expect(JSON.stringify(pod(name, type)["containers"])).toContain(
    JSON.stringify({ name: "S3_BUCKET", value: bucket(purpose) }),
  );
  expect(plan.find(name, account).inputs).toMatchObject({
    metadata: { name: serviceAccount },
    automountServiceAccountToken: false,
  });
  expect(JSON.stringify(plan.find(name, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs)).toContain(
    "169.254.170.23/32",
  );
});

test("the cluster of Postgres archives by the role of its instances", () => {
  const { spec } = plan.find("postgres-cluster", clusterType).inputs as { spec: Record<string, unknown> };
  expect(spec["backup"]).toEqual({
    retentionPolicy: "14d",
    barmanObjectStore: {
      destinationPath: `s3://${bucket("postgres-backups")}/`,
      s3Credentials: { inheritFromIAMRole: true },
      wal: { compression: "gzip", maxParallel: 2 },
      data: { compression: "gzip" },
    },
  });
  expect(spec["env"]).toEqual([
    { name: "AWS_DEFAULT_REGION", value: "eu-central-1" },
    { name: "AWS_REGION", value: "eu-central-1" },
  ]);
});

test("a restore reads the bucket by the same role, under the new name", async () => {
  const restored = await record({
    postgres: { kind: "cloudnative-pg", databases, cluster: "postgres-2", restore: { from: "postgres" } },
  });
  const { spec } = restored.find("postgres-cluster", clusterType).inputs as { spec: Record<string, unknown> };
  expect(spec["externalClusters"]).toMatchObject([
    {
      name: "backup",
      barmanObjectStore: {
        serverName: "postgres",
        destinationPath: `s3://${bucket("postgres-backups")}/`,
        s3Credentials: { inheritFromIAMRole: true },
      },
    },
  ]);
});

describe("with RDS", () => {
  let rds: Plan;
  beforeAll(async () => {
    rds = await record({ postgres: { kind: "rds", databases, multiAz: false } });
  });

  test("there is no server in the cluster: its name leads to the instance, and stays when another takes over", () => {
    expect(rds.resources.filter(({ type, name }) => type === statefulSet && name.includes("postgres"))).toEqual([]);
    expect(rds.find("postgres", "kubernetes:core/v1:Service").inputs["spec"]).toEqual({
      type: "ExternalName",
      externalName: "postgres.rehearsed.eu-central-1.rds.amazonaws.com",
    });
  });

  test("an app connects over TLS, to that name, once its database is there, and to no address beyond the VPC", () => {
    const env = JSON.stringify(rds.find("api", deployment).inputs);
    expect(env).toContain('{"name":"PGHOST","value":"postgres.database.svc.cluster.local"}');
    expect(env).toContain('{"name":"PGSSLMODE","value":"require"}');
    expect(rds.upstream("api", deployment).has("postgres-setup")).toBe(true);
    const policy = rds.find("api", "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs as {
      spec: { egress: { ports: { port: number }[]; to: unknown[] }[] };
    };
    expect(policy.spec.egress.find(({ ports }) => ports[0]?.port === 5432)?.to).toEqual([
      { ipBlock: { cidr: "10.0.0.0/16" } },
    ]);
  });

  test("roles get verifiers, so that no statement in the server's log tells a password", () => {
    const job = rds.find("postgres-setup", "kubernetes:batch/v1:Job");
    const text = JSON.stringify(job.inputs["spec"]);
    expect(text).toContain('"envFrom":[{"secretRef":{"name":"postgres-verifiers"}}]');
    expect(text).toContain('{"name":"PGSSLMODE","value":"require"}');
    const verifiers = rds.find("postgres-verifiers");
    expect(verifiers.secretPaths).toEqual(["stringData"]);
    const { value } = verifiers.inputs["stringData"] as { value: Record<string, string> };
    expect(value).toEqual({
      PASSWORD_devuser: expect.stringMatching(/^SCRAM-SHA-256\$4096:/),
      PASSWORD_postgres_exporter: expect.stringMatching(/^SCRAM-SHA-256\$4096:/),
    });
    expect(JSON.stringify(rds.find("postgres-databases").inputs)).not.toContain("NOSUPERUSER");
  });

  test("its metrics come by the same exporter, over TLS, and so do its alerts", () => {
    expect(JSON.stringify(rds.find("postgres-exporter", deployment).inputs)).toContain(
      "postgres.database.svc.cluster.local:5432/postgres?sslmode=require",
    );
    expect(JSON.stringify(rds.find("observability-prometheus-config").inputs)).toContain("PostgresDown");
    const workloads = rds.resources.filter(({ name }) => name.startsWith("postgres-flows-")).map(({ name }) => name);
    expect(workloads.sort()).toEqual(["postgres-flows-postgres-exporter", "postgres-flows-postgres-setup"]);
  });

  test("passwords are in Secrets only", () => {
    const leaks = rds.resources.filter(
      ({ type, inputs }) => type !== "kubernetes:core/v1:Secret" && JSON.stringify(inputs).includes("password-of-"),
    );
    expect(leaks.map(({ name }) => name)).toEqual([]);
  });

  test("another instance or snapshot is set up anew", async () => {
    const jobName = (of: Plan) =>
      (of.find("postgres-setup", "kubernetes:batch/v1:Job").inputs["metadata"] as { name: string }).name;
    const restored = await record({ postgres: { kind: "rds", databases, instance: "postgres-2", snapshot: "before" } });
    expect(jobName(restored)).not.toBe(jobName(rds));
  });
});
