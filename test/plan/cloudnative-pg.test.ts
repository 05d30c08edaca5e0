// dev-fast with CloudNativePG in the place of the native server: who waits for the operator, and what apps notice.
import { beforeAll, expect, test } from "vitest";
import strata from "../../index.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { charts, imageReference, images } from "../../versions.ts";
import { stackConfig } from "../support/stack-file.ts";
import { planOf } from "../support/stack-plan.ts";

const release = "kubernetes:helm.sh/v3:Release";
const clusterType = "kubernetes:postgresql.cnpg.io/v1:Cluster";
const backupType = "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup";
const job = "kubernetes:batch/v1:Job";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const databases = { auth_db: { owner: "devuser" }, lang_db: { owner: "devuser" } };

const record = (postgres: Record<string, unknown> = {}, apps?: Record<string, unknown>): Promise<Plan> => {
  const config = stackConfig("dev-fast");
  const section = { kind: "cloudnative-pg", databases, ...postgres };
  return recordPlan(
    {
      stack: "dev-fast",
      config: {
        ...config,
        "strata:postgres": JSON.stringify(section),
        ...(apps && { "strata:apps": JSON.stringify(apps) }),
      },
    },
    () => strata({ state: "absent", incarnation: 1 }, async (key) => ({ path: `.strata/charts/${key}.tgz` })),
  );
};

let plan: Plan;
beforeAll(async () => {
  plan = await record({}, { api: { image: "ghcr.io/acme/api:1.0.0", port: 8080, database: "lang_db" } });
});

test("one release of the locked chart, confined to its namespace, and validation by webhooks that run", () => {
  const { inputs } = plan.find("postgres-operator", release);
  expect(inputs).toMatchObject({ namespace: "database", version: charts.cloudnativePg.version });
  expect(inputs["values"]).toMatchObject({ config: { clusterWide: false } });
  expect(inputs["values"]).not.toHaveProperty("webhook");
});

test("the operator is waited for by its own resources and by what uses the databases, and by nothing else", () => {
  const waiting = plan.resources.filter(
    ({ custom, name, type }) => custom && plan.upstream(name, type).has("postgres-operator"),
  );
  expect(waiting.map(({ name, type }) => `${name} ${type.split(":").at(-1)}`).sort()).toEqual([
    "api Deployment",
    "api Secret",
    "postgres-backup ScheduledBackup",
    "postgres-cluster Cluster",
    "postgres-setup Job",
  ]);
});

test("only the cluster, and what waits for it, waits for the bucket", () => {
  expect(plan.upstream("postgres-cluster", clusterType).has("garage-setup")).toBe(true);
  expect(plan.upstream("postgres-operator", release).has("garage-setup")).toBe(false);
  expect(plan.upstream("postgres-exporter", "kubernetes:apps/v1:Deployment").has("garage-setup")).toBe(false);
});

test("the cluster has its own bucket, secrets by name, and one instance on a laptop", () => {
  const { inputs, customTimeouts } = plan.find("postgres-cluster", clusterType);
  expect(inputs["metadata"]).toMatchObject({ name: "postgres", namespace: "database" });
  expect(inputs["spec"]).toMatchObject({
    instances: 1,
    enablePDB: false,
    imageName: imageReference(images.postgresCloudNative),
    superuserSecret: { name: "postgres-superuser" },
    bootstrap: { initdb: { database: "auth_db", owner: "devuser", secret: { name: "postgres-owner" } } },
    backup: {
      retentionPolicy: "14d",
      barmanObjectStore: {
        destinationPath: "s3://postgres-backups/",
        endpointURL: "http://garage.storage.svc.cluster.local:3900",
        s3Credentials: { accessKeyId: { name: "postgres-bucket", key: "accessKeyId" } },
      },
    },
  });
  expect(customTimeouts).toBe(true);
  expect(plan.find("postgres-backup", backupType).inputs["spec"]).toEqual({
    schedule: "0 0 2 * * *",
    immediate: true,
    backupOwnerReference: "self",
    method: "barmanObjectStore",
    cluster: { name: "postgres" },
  });
});

test("an app is told the primary's address, waits for its database, and may reach the instances", () => {
  expect(plan.upstream("api", "kubernetes:apps/v1:Deployment").has("postgres-setup")).toBe(true);
  const environment = JSON.stringify(plan.find("api", "kubernetes:apps/v1:Deployment").inputs);
  expect(environment).toContain("postgres-rw.database.svc.cluster.local");
  expect(JSON.stringify(plan.find("api", policy).inputs["spec"])).toContain('"app.kubernetes.io/name":"postgresql"');
});

test("every workload in the namespace has its flows, and the store lets the instances in", () => {
  const workloads = plan.resources
    .filter(({ type, name }) => type === policy && name.startsWith("postgres-flows-"))
    .map(({ name }) => name.slice("postgres-flows-".length));
  expect(workloads.sort()).toEqual(["cloudnative-pg", "postgres-exporter", "postgres-setup", "postgresql"]);
  expect(JSON.stringify(plan.find("garage", policy).inputs)).toContain('"app.kubernetes.io/name":"postgresql"');
});

test("passwords are in Secrets only", () => {
  const telling = /password-of-|string-of-|(ab){16}|(cd){12}/;
  const leaks = plan.resources.filter(
    ({ type, inputs }) => type !== "kubernetes:core/v1:Secret" && telling.test(JSON.stringify(inputs)),
  );
  expect(leaks.map(({ name }) => name)).toEqual([]);
});

test("without backups there is no bucket to wait for, no schedule, and no way to the store", async () => {
  const without = await record({ backup: { kind: "none" }, instances: 3, walStorage: "1Gi" });
  const { spec } = without.find("postgres-cluster", clusterType).inputs as { spec: Record<string, unknown> };
  expect(spec).toMatchObject({ instances: 3, enablePDB: true, walStorage: { size: "1Gi" } });
  expect(spec).not.toHaveProperty("backup");
  expect(spec).not.toHaveProperty("env");
  expect(without.upstream("postgres-cluster", clusterType).has("garage-setup")).toBe(false);
  expect(without.resources.some(({ type }) => type === backupType)).toBe(false);
  expect(JSON.stringify(without.find("postgres-flows-postgresql", policy).inputs)).not.toContain("3900");
});

test("a restore starts a cluster of another name from the first one's folder, with a Job of its own", async () => {
  const restored = await record({
    cluster: "postgres-2",
    restore: { from: "postgres", until: "2026-03-01T12:00:00Z" },
  });
  const { spec } = restored.find("postgres-cluster", clusterType).inputs as { spec: Record<string, unknown> };
  expect(spec["bootstrap"]).toEqual({
    recovery: {
      source: "backup",
      database: "auth_db",
      owner: "devuser",
      secret: { name: "postgres-owner" },
      recoveryTarget: { targetTime: "2026-03-01T12:00:00Z" },
    },
  });
  expect(spec["externalClusters"]).toMatchObject([
    { name: "backup", barmanObjectStore: { serverName: "postgres", destinationPath: "s3://postgres-backups/" } },
  ]);
  expect(spec["backup"]).toMatchObject({ barmanObjectStore: { destinationPath: "s3://postgres-backups/" } });
  const jobName = (of: Plan) => (of.find("postgres-setup", job).inputs["metadata"] as { name: string }).name;
  expect(jobName(restored)).not.toBe(jobName(plan));
});

test("its alerts are there, and in no stack that has no such cluster", async () => {
  const rules = (of: Plan) => JSON.stringify(of.find("observability-prometheus-config").inputs);
  expect(rules(plan)).toContain("PostgresBackupMissing");
  expect(rules(await planOf("dev-fast"))).not.toContain("PostgresBackupMissing");
});
