// Data on AWS with the account itself, not its stand-in: rights, protection, who waits for whom.
import { beforeAll, describe, expect, test } from "vitest";
import strata from "../../index.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { divide } from "../../tools/render/divide.ts";
import { eksSection } from "../support/aws/eks-plan.ts";
import { identityPolicyIssues, type PolicyDocument, resourcePolicyIssues } from "../support/aws/policy-lint.ts";

const databases = { auth_db: { owner: "devuser" } };
const apps = {
  api: {
    image: "ghcr.io/acme/api:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    port: 8080,
    database: "auth_db",
    bucket: "uploads",
  },
};

const record = (postgres: object, salt?: string): Promise<Plan> =>
  recordPlan(
    {
      stack: "eks",
      ...(salt !== undefined && { salt }),
      config: Object.fromEntries(
        Object.entries({ cluster: eksSection, objectStore: { kind: "s3" }, observability: {}, postgres, apps }).map(
          ([name, section]) => [`strata:${name}`, JSON.stringify(section)],
        ),
      ),
    },
    () => strata({ state: "absent", incarnation: 1 }, async (key) => ({ path: `.strata/charts/${key}.tgz` })),
  );

const documents = (plan: Plan, type: string, input: string): [string, PolicyDocument][] =>
  plan.resources
    .filter((resource) => resource.type === type)
    .map(({ name, inputs }) => [name, JSON.parse(String(inputs[input])) as PolicyDocument]);

const protectedNames = (plan: Plan): string[] => [
  ...new Set(plan.resources.flatMap(({ name, protect }) => (protect ? [name] : []))),
];

describe("CloudNativePG and buckets", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await record({ kind: "cloudnative-pg", databases });
  });

  test("nothing is asked of the account before it is made", () => {
    expect(plan.calls).toEqual([]);
  });

  test("one role for each that uses a bucket, for real actions on that bucket alone", async () => {
    const policies = documents(plan, "aws:iam/rolePolicy:RolePolicy", "policy").filter(([, { Statement }]) =>
      Statement.some(({ Sid }) => Sid === "Bucket"),
    );
    expect(policies).toHaveLength(4);
    const buckets = policies.map(([, { Statement }]) => Statement[0]?.Resource);
    expect(new Set(buckets.map((bucket) => JSON.stringify(bucket))).size).toBe(4);
    for (const [name, document] of policies) expect([name, await identityPolicyIssues(document)]).toEqual([name, []]);
    for (const [name, document] of documents(plan, "aws:s3/bucketPolicy:BucketPolicy", "policy"))
      expect([name, await resourcePolicyIssues(document)]).toEqual([name, []]);
  });

  test.each([
    ["observability-loki", "kubernetes:apps/v1:StatefulSet", "observability-loki", "bucket-loki-chunks"],
    ["observability-tempo", "kubernetes:apps/v1:StatefulSet", "observability-tempo", "bucket-tempo-traces"],
    ["postgres-cluster", "kubernetes:postgresql.cnpg.io/v1:Cluster", "database-postgres", "bucket-postgres-backups"],
    ["api", "kubernetes:apps/v1:Deployment", "apps-api", "bucket-uploads"],
  ])("%s waits for its own role and bucket, and for no other's", (name, type, role, bucket) => {
    const before = [...plan.before(name, type)];
    const associations = before.filter(
      ({ type: of }) => of === "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    );
    const own = associations.map(({ name: of }) => of).filter((of) => /^(observability|database|apps)-/.test(of));
    // An app waits for its database as well, and so for what that waits for.
    expect(own.sort()).toEqual(name === "api" ? ["apps-api", "database-postgres"] : [role]);
    expect(
      before.some(({ name: of, type: kind }) => of === bucket && kind === "aws:s3/bucketPolicy:BucketPolicy"),
    ).toBe(true);
  });

  test("what is protected: control plane, key, and each bucket with all that makes it safe", () => {
    expect(
      protectedNames(plan)
        .filter((name) => name.startsWith("bucket-"))
        .sort(),
    ).toEqual(["bucket-loki-chunks", "bucket-postgres-backups", "bucket-tempo-traces", "bucket-uploads"]);
    const unsafe = plan.resources.filter(({ type, protect }) => type.startsWith("aws:s3/") && !protect);
    expect(unsafe).toEqual([]);
    expect(plan.find("bucket-postgres-backups", "aws:s3/bucketVersioning:BucketVersioning").protect).toBe(true);
  });
});

describe("RDS", () => {
  const rds = { kind: "rds", databases };
  const instance = "aws:rds/instance:Instance";
  let plan: Plan;
  beforeAll(async () => {
    plan = await record(rds);
  });

  test("is made beside the control plane, and only what uses it waits for it", () => {
    const before = [...plan.before("database-postgres", instance)].map(({ type }) => type);
    expect(before).toContain("aws:ec2/subnet:Subnet");
    expect(before).not.toContain("aws:eks/cluster:Cluster");
    const waiting = plan.resources.filter(
      ({ custom, name, type }) => custom && [...plan.before(name, type)].some((resource) => resource.type === instance),
    );
    expect(waiting.map(({ name, type }) => `${type.split(":").at(-1)} ${name}`).sort()).toEqual([
      "Deployment api",
      "Job postgres-setup",
      "Secret api",
      "Service postgres",
    ]);
  });

  test("its address is nothing for Git: the one object that has it stays with Pulumi", async () => {
    const { staying } = divide(plan, await record(rds, "other-"));
    const service = staying.find(({ object }) => object.kind === "Service");
    expect([service?.object.resource.name, service?.reason]).toEqual([
      "postgres",
      "it depends on a secret: spec.externalName",
    ]);
    expect(staying.filter(({ object }) => object.kind === "Service")).toHaveLength(1);
  });
});
