import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { eksSection } from "../../support/aws/recorded.ts";

const parse = (sections: Record<string, unknown>, overrides = {}) =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(
      Object.entries({ cluster: eksSection, ...sections }).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
    overrides,
  });

const issues = (sections: Record<string, unknown>): readonly string[] => {
  try {
    parse(sections);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const objectStore = { kind: "s3" };
const app = {
  image: "ghcr.io/acme/api:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  port: 8080,
};

test("buckets of AWS are for a cluster on AWS", () => {
  expect(issues({ cluster: { kind: "kind" }, objectStore })).toEqual([
    "strata:objectStore.kind: s3 needs a cluster in an AWS account, and cluster.kind is kind. Use garage, or set cluster.kind to eks",
  ]);
  expect(issues({ objectStore })).toEqual([]);
  expect(issues({ objectStore: { kind: "garage" } })).toEqual([]);
});

test("a rehearsal of the stack has them as well, and one of another stack has not", () => {
  expect(parse({ objectStore }, { cluster: "kwok" }).objectStore?.kind).toBe("s3");
  expect(() => parse({ cluster: { kind: "kind" }, objectStore }, { cluster: "kwok" })).toThrow(
    "s3 needs a cluster in an AWS account, and cluster.kind is kwok",
  );
});

test("a name that leaves no room for the account's part is told wherever it stands", () => {
  const long = "a-name-of-21-letters-";
  const told = (name: string) =>
    `"${name}" has ${name.length} characters, and a bucket of AWS is named <cluster>-<account>-<region>-${name}, 63 in all. Choose a name of at most 20`;
  expect(
    issues({
      objectStore: { ...objectStore, buckets: ["short", `${long}a`] },
      postgres: {
        kind: "cloudnative-pg",
        databases: { app: { owner: "app" } },
        backup: { kind: "objectStore", bucket: `${long}b` },
      },
      apps: { api: { ...app, bucket: `${long}c` }, other: { ...app, bucket: "exactly-20-letters-x" } },
    }),
  ).toEqual([
    `strata:objectStore.buckets[1]: ${told(`${long}a`)}`,
    `strata:postgres.backup.bucket: ${told(`${long}b`)}`,
    `strata:apps.api.bucket: ${told(`${long}c`)}`,
  ]);
  expect(issues({ objectStore: { kind: "garage", buckets: [`${long}a`] } })).toEqual([]);
});

test("keys of the other kind of store are told with those of this one", () => {
  expect(issues({ objectStore: { kind: "s3", capacity: "4Gi" } })).toEqual([
    "strata:objectStore.capacity: unknown key. Allowed here: kind, buckets, keepVersionsDays",
  ]);
  expect(issues({ objectStore: { kind: "s4" } })).toEqual([
    'strata:objectStore.kind: "s4" is not allowed. Did you mean "s3"? Allowed: garage, rustfs, s3',
  ]);
});

const databases = { app: { owner: "app" } };

test("an instance of RDS is for a cluster on AWS", () => {
  expect(issues({ cluster: { kind: "kind" }, postgres: { kind: "rds", databases } })).toEqual([
    "strata:postgres.kind: rds needs a cluster in an AWS account, and cluster.kind is kind. Use native or cloudnative-pg, or set cluster.kind to eks",
  ]);
  expect(issues({ postgres: { kind: "rds", databases } })).toEqual([]);
  expect(issues({ postgres: { kind: "native", databases } })).toEqual([]);
});

test.each([
  [
    { class: "t4g.medium" },
    'class: got "t4g.medium". Expected a class of RDS, for example "db.t4g.medium" or "db.m7g.large"',
  ],
  [
    { class: "db.m7g.huge" },
    'class: got "db.m7g.huge". Expected a class of RDS, for example "db.t4g.medium" or "db.m7g.large"',
  ],
  [{ storageGiB: 10 }, "storageGiB: got 10. Expected 20 or more: gp3 volumes of RDS begin there"],
  [
    { backupDays: 0 },
    "backupDays: got 0. Expected 1 or more: without backups nothing can be restored to a point in time",
  ],
  [
    { instance: "a--b" },
    'instance: got "a--b". Expected at most 20 letters and digits with single dashes between them, for example "postgres"',
  ],
  [
    { instance: "a-name-of-21-letters-" },
    'instance: got "a-name-of-21-letters-". Expected at most 20 letters and digits with single dashes between them, for example "postgres"',
  ],
  [
    { snapshot: "no spaces" },
    'snapshot: got "no spaces". Expected the name or ARN of a snapshot, for example "before-upgrade"',
  ],
  [
    { instances: 3 },
    'instances: unknown key. Did you mean "instance"? Allowed here: kind, instance, class, storageGiB, multiAz, backupDays, snapshot, protect, databases',
  ],
])("%j is refused with what would be accepted", (changes, message) => {
  expect(issues({ postgres: { kind: "rds", databases, ...changes } })).toEqual([`strata:postgres.${message}`]);
});

test.each([
  "before-upgrade",
  "rds:strata-eks-postgres-2026-01-01-01-05",
  "arn:aws:rds:eu-central-1:111122223333:snapshot:x",
])("%s is a snapshot", (snapshot) => {
  expect(issues({ postgres: { kind: "rds", databases, snapshot } })).toEqual([]);
});

test.each(["db.t4g.micro", "db.m7g.xlarge", "db.r6gd.16xlarge", "db.m6i.large"])("%s is a class", (name) => {
  expect(issues({ postgres: { kind: "rds", databases, class: name } })).toEqual([]);
});

test("names that RDS keeps or does not take", () => {
  expect(
    issues({
      cluster: { ...eksSection, name: "a--b" },
      postgres: { kind: "rds", databases: { rdsadmin: { owner: "rds_app" }, app: { owner: "rdsowner" } } },
    }),
  ).toEqual([
    'strata:cluster.name: "a--b" has two dashes in a row, and RDS names the instance <cluster>-postgres, where it allows none. Choose another name',
    'strata:postgres.databases.rdsadmin: "rdsadmin" is RDS\'s own. Choose another name',
    'strata:postgres.databases.rdsadmin.owner: "rds_app" is RDS\'s own. Choose another name',
  ]);
});

test("what cannot be deleted is one of three", () => {
  expect(issues({ cluster: { ...eksSection, protect: "all" } })).toEqual([
    'strata:cluster.protect: "all" is not allowed. Allowed: true, data, false',
  ]);
});
