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
const app = { image: "ghcr.io/acme/api:1.0.0", port: 8080 };

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
    'strata:objectStore.kind: "s4" is not allowed. Did you mean "s3"? Allowed: garage, s3',
  ]);
});
