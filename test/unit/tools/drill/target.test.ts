import { expect, test } from "vitest";
import { parseConfig } from "../../../../config/parse.ts";
import { queryJob } from "../../../../tools/drill/query.ts";
import { edited } from "../../../../tools/drill/stack-file.ts";
import { nextName, targetOf } from "../../../../tools/drill/target.ts";
import { eksSection } from "../../../support/aws/recorded.ts";

const databases = { app: { owner: "app" } };
const target = (sections: Record<string, unknown>) =>
  targetOf(
    "eks",
    "strata-eks",
    parseConfig({
      file: "Pulumi.eks.yaml",
      sections: Object.fromEntries(
        Object.entries({ cluster: eksSection, ...sections }).map(([key, value]) => [key, JSON.stringify(value)]),
      ),
    }),
  );

const cnpg = { kind: "cloudnative-pg", databases };

test.each([
  [
    { cluster: { kind: "kind" }, objectStore: { kind: "garage" }, postgres: cnpg },
    "what it backs up goes with its cluster (cluster.kind kind): nothing of it is anywhere else. The drill is for eks",
  ],
  [
    { objectStore: { kind: "garage" }, postgres: cnpg },
    "its backups are in the cluster that the drill destroys. Use objectStore.kind s3, whose buckets outlive it",
  ],
  [
    { cluster: { ...eksSection, protect: false }, postgres: { kind: "rds", databases } },
    "cluster.protect is false, so a destroy would take the backups and their key along. Set it to true, and npm start",
  ],
  [{}, "it has no Postgres. Add strata:postgres with kind: cloudnative-pg or rds"],
  [{ postgres: { kind: "rds" } }, "it has no database to write to. Declare one under postgres.databases"],
  [{ postgres: { databases } }, "postgres.kind native has no backups. Use cloudnative-pg or rds"],
  [{ postgres: { ...cnpg, backup: { kind: "none" } } }, "postgres.backup is none, so there is nothing to restore from"],
])("%j is refused with the reason", (sections, reason) => {
  expect(() => target(sections)).toThrow(`eks can't be drilled: ${reason}`);
});

test("names of what is drilled follow from the stack file", () => {
  expect(target({ postgres: { kind: "rds", databases } })).toEqual({
    stack: "eks",
    clusterName: "strata-eks",
    region: "eu-central-1",
    account: "111122223333",
    protect: true,
    database: { kind: "rds", database: "app", owner: "app", identifier: "strata-eks-postgres" },
    bucket: undefined,
    secrets: false,
  });
  expect(target({ objectStore: { kind: "s3" }, postgres: cnpg })).toMatchObject({
    database: { kind: "cloudnative-pg", cluster: "postgres", next: "postgres-2" },
    bucket: "strata-eks-111122223333-eu-central-1-postgres-backups",
  });
});

test.each([
  ["postgres", "postgres-2"],
  ["postgres-2", "postgres-3"],
  ["pg-eu-9", "pg-eu-10"],
])("after %s comes %s", (name, next) => expect(nextName(name)).toBe(next));

test("a change of the stack file keeps its comments and order, and removes what it is told to", () => {
  const text = "config:\n  # why\n  strata:postgres:\n    kind: rds # which\n    protect: false\n";
  expect(
    edited(text, [
      { path: ["postgres", "protect"], value: undefined },
      { path: ["postgres", "restore"], value: { from: "a" } },
      { path: ["cluster", "protect"], value: "data" },
    ]),
  ).toBe(
    "config:\n  # why\n  strata:postgres:\n    kind: rds # which\n    restore:\n      from: a\n  strata:cluster:\n    protect: data\n",
  );
  expect(() => edited("[", [])).toThrow("The stack file can't be changed");
});

test("its pod asks as the app does, holds no password, and is let through by the policies of the setup Job", () => {
  const job = queryJob({
    name: "drill-1-read",
    image: "postgres:17",
    target: { kind: "rds", database: "app", owner: "app", identifier: "x" },
    cluster: "",
    sql: "select 1",
  });
  expect(job).toMatchObject({
    metadata: { name: "drill-1-read", namespace: "database" },
    spec: {
      template: {
        metadata: { labels: { "app.kubernetes.io/name": "postgres-setup" } },
        spec: { securityContext: { runAsNonRoot: true }, restartPolicy: "Never" },
      },
    },
  });
  const text = JSON.stringify(job);
  expect(text).toContain('"valueFrom":{"secretKeyRef":{"name":"postgres-roles","key":"PASSWORD_app"}}');
  expect(text).toContain('{"name":"PGSSLMODE","value":"require"}');
  expect(text).toContain('{"name":"PGHOST","value":"postgres.database.svc.cluster.local"}');
});
