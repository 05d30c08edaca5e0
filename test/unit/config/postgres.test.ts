import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const databases = { app: { owner: "app" } };

const parse = (postgres: Record<string, unknown>, others: Record<string, unknown> = {}) =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(
      Object.entries({ cluster: { kind: "kind" }, postgres, ...others }).map(([key, value]) => [
        key,
        JSON.stringify(value),
      ]),
    ),
  });

const issues = (postgres: Record<string, unknown>, others?: Record<string, unknown>): readonly string[] => {
  try {
    parse(postgres, others);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const store = { objectStore: { kind: "garage" } };
const cnpg = { kind: "cloudnative-pg", databases };

test("native is what a stack file without a kind gets, and its unknown keys are still told", () => {
  expect(parse({}).postgres).toMatchObject({ kind: "native", storage: "2Gi" });
  expect(issues({ instances: 3 })).toEqual([
    "strata:postgres.instances: unknown key. Allowed here: kind, storage, sharedBuffers, maxConnections, memory, databases",
  ]);
  expect(issues({ kind: "crunchy" })).toEqual([
    'strata:postgres.kind: "crunchy" is not allowed. Allowed: native, cloudnative-pg, rds',
  ]);
});

test("defaults of a cluster", () => {
  expect(parse(cnpg, store).postgres).toMatchObject({
    cluster: "postgres",
    backup: { kind: "objectStore", bucket: "postgres-backups", hour: 2, retentionDays: 14 },
  });
});

test("backups need a store, a cluster needs a database", () => {
  expect(issues(cnpg)).toEqual([
    "strata:postgres.backup: Backups go to the object store. Add strata:objectStore with kind: garage, or set postgres.backup to { kind: none }",
  ]);
  expect(issues({ ...cnpg, backup: { kind: "none" } })).toEqual([]);
  expect(issues({ kind: "cloudnative-pg" }, store)).toEqual([
    "strata:postgres.databases: A cluster is started with its first database, and none is declared. Declare one, for example app: { owner: app }",
  ]);
});

test("a restore needs a bucket, another name, and a time with its zone", () => {
  expect(issues({ ...cnpg, restore: { from: "postgres" } }, store)).toEqual([
    'strata:postgres.restore.from: "postgres" is this cluster\'s own name, and two can\'t archive to one folder. Give postgres.cluster a new name, for example "postgres-2"',
  ]);
  expect(issues({ ...cnpg, backup: { kind: "none" }, restore: { from: "old" } })).toEqual([
    "strata:postgres.restore: Without postgres.backup there is no bucket to restore from. Set its kind to objectStore",
  ]);
  expect(issues({ ...cnpg, restore: { from: "old", until: "yesterday" } }, store)).toEqual([
    'strata:postgres.restore.until: got "yesterday". Expected a time with its zone, "2026-03-01T12:00:00Z"',
  ]);
});
