import { expect, test } from "vitest";
import { EksBucket } from "../../../../layers/cluster/eks/bucket.ts";
import { lifecycleRules, tlsOnly } from "../../../../layers/cluster/eks/bucket-rules.ts";
import { eksScope } from "../../../../layers/cluster/eks/scope.ts";
import type { Bucket, BucketArgs } from "../../../../lib/aws/handle.ts";
import { outputValue, type Plan, recordPlan } from "../../../../tools/plan/record.ts";
import { type PolicyDocument, resourcePolicyIssues } from "../../../support/aws/policy-lint.ts";
import { eksConfig } from "../../../support/aws/recorded.ts";

const name = "strata-eks-111122223333-eu-central-1-backups";
const key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const record = async (
  changes: Partial<BucketArgs> = {},
  protect: true | "data" | false = true,
): Promise<{ plan: Plan; bucket: Bucket }> => {
  let bucket: Bucket | undefined;
  const plan = await recordPlan({ stack: "test" }, () => {
    bucket = new EksBucket("bucket-backups", {
      purpose: "backups",
      scope: eksScope("strata-eks", eksConfig({ protect }), {}),
      keyArn: key,
      ...changes,
    });
    return {};
  });
  if (!bucket) throw new Error("no bucket");
  return { plan, bucket };
};

const inputs = (plan: Plan, kind: string) =>
  plan.find("bucket-backups", `aws:s3/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`).inputs;

test("nothing of it is public, and access goes by policies alone", async () => {
  const { plan } = await record();
  expect(inputs(plan, "BucketPublicAccessBlock")).toEqual({
    bucket: name,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(inputs(plan, "BucketOwnershipControls")).toMatchObject({ rule: { objectOwnership: "BucketOwnerEnforced" } });
});

test("its objects are encrypted by the cluster's key, with a bucket key", async () => {
  const { plan } = await record();
  expect(inputs(plan, "BucketServerSideEncryptionConfiguration")["rules"]).toEqual([
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
      bucketKeyEnabled: true,
    },
  ]);
});

test("its policy refuses what is not TLS 1.2, lets nobody in, and comes after the block of public access", async () => {
  const { plan } = await record();
  const policy = JSON.parse(String(inputs(plan, "BucketPolicy")["policy"])) as PolicyDocument;
  expect(policy).toEqual(tlsOnly(`arn:aws:s3:::${name}`));
  expect(policy.Statement.map(({ Effect }) => Effect)).toEqual(["Deny", "Deny"]);
  expect(await resourcePolicyIssues(policy)).toEqual([]);
  const before = [...plan.before("bucket-backups", "aws:s3/bucketPolicy:BucketPolicy")].map(({ type }) => type);
  expect(before).toContain("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
});

test("a bucket of backups keeps versions, before its rules speak of them; another one has none", async () => {
  const { plan } = await record({ keepVersionsDays: 30 });
  expect(inputs(plan, "BucketVersioning")).toEqual({
    bucket: name,
    versioningConfiguration: { status: "Enabled" },
  });
  const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
  expect([...plan.before("bucket-backups", lifecycle)].map(({ type }) => type)).toContain(
    "aws:s3/bucketVersioning:BucketVersioning",
  );
  const other = (await record()).plan;
  expect(other.resources.filter(({ type }) => type.includes("Versioning"))).toEqual([]);
});

test("what it forgets", () => {
  const abandoned = {
    filter: {},
    status: "Enabled",
    id: "abandoned-uploads",
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  expect(lifecycleRules({})).toEqual([abandoned]);
  expect(lifecycleRules({ expireDays: 14, keepVersionsDays: 30 })).toEqual([
    abandoned,
    { filter: {}, status: "Enabled", id: "expired", expiration: { days: 14 } },
    {
      filter: {},
      status: "Enabled",
      id: "old-versions",
      noncurrentVersionExpiration: { noncurrentDays: 30 },
    },
  ]);
  expect(lifecycleRules({ keepVersionsDays: 30 })[1]).toMatchObject({
    noncurrentVersionExpiration: { noncurrentDays: 30 },
    expiration: { expiredObjectDeleteMarker: true },
  });
});

test("protected, neither the bucket nor what makes it safe can be deleted; otherwise a destroy takes its objects along", async () => {
  const { plan } = await record({ keepVersionsDays: 30 });
  const made = plan.resources.filter(({ custom }) => custom);
  expect(made.map(({ protect }) => protect)).toEqual(made.map(() => true));
  expect(made).toHaveLength(7);
  expect(inputs(plan, "Bucket")).toEqual({ bucket: name, forceDestroy: false });
  const rebuilt = (await record({}, "data")).plan.resources.filter(({ custom }) => custom);
  expect(rebuilt.map(({ protect }) => protect)).toEqual(rebuilt.map(() => true));
  const open = await record({}, false);
  expect(open.plan.resources.map(({ protect }) => protect)).toEqual(open.plan.resources.map(() => false));
  expect(inputs(open.plan, "Bucket")).toEqual({ bucket: name, forceDestroy: true });
});

test("it is ready once all of it is there, and its name is known before", async () => {
  const { bucket, plan } = await record({ keepVersionsDays: 30 });
  expect(bucket).toMatchObject({ name, arn: `arn:aws:s3:::${name}` });
  expect(await outputValue(bucket.ready)).toBe(name);
  const { allResources } = bucket.ready as unknown as { allResources(): Promise<Set<{ urn: never }>> };
  const urns = await Promise.all([...(await allResources.call(bucket.ready))].map(({ urn }) => outputValue(urn)));
  const waits = plan.resources.filter(({ urn }) => (urns as string[]).includes(urn)).map(({ type }) => type);
  for (const kind of ["Policy", "LifecycleConfiguration", "OwnershipControls", "ServerSideEncryptionConfiguration"])
    expect(waits.some((type) => type.endsWith(`:Bucket${kind}`))).toBe(true);
});
