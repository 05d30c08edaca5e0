import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { S3Config } from "../../../../config/schema.ts";
import { createS3 } from "../../../../layers/platform/object-store/s3.ts";
import { bucketStatements } from "../../../../layers/platform/object-store/s3-policy.ts";
import { outputValue } from "../../../../tools/plan/record.ts";
import { identityPolicyIssues } from "../../../support/aws/policy-lint.ts";
import { policyOf, recordedAws } from "../../../support/aws/recorded.ts";

const config: S3Config = { kind: "s3", buckets: ["extra"], keepVersionsDays: 30 };
const loki = { namespace: "observability", serviceAccount: "loki" };
const make = () => {
  const { aws, asked } = recordedAws();
  const store = createS3({ aws, config, buckets: ["logs", "backups", "logs"], backups: ["backups"] });
  return { store, asked };
};

test("refuses a bucket that nobody declared", () => {
  expect(() => make().store.bucket("missing", loki)).toThrow(
    'The object store has no bucket "missing". It has: backups, extra, logs. Add it to strata:objectStore.buckets',
  );
});

test("makes each bucket once, whoever uses it, and keeps versions of what is a backup", () => {
  expect(Object.fromEntries(make().asked.buckets)).toEqual({
    backups: { purpose: "backups", keepVersionsDays: 30 },
    extra: { purpose: "extra" },
    logs: { purpose: "logs" },
  });
});

test("a client gets the bucket's name in the account, the way there, and an account that has a role: no key", async () => {
  const { store, asked } = make();
  const { bucket, serviceAccount, ...rest } = store.bucket("logs", loki) as Extract<
    ReturnType<typeof store.bucket>,
    { access: "identity" }
  >;
  expect(rest).toEqual({
    access: "identity",
    endpoint: "https://s3.eu-central-1.amazonaws.com",
    region: "eu-central-1",
    egress: [
      { peers: ["pod-identity"], ports: [80] },
      { peers: ["internet"], ports: [443] },
    ],
  });
  expect(await outputValue(bucket)).toBe("strata-eks-111122223333-eu-central-1-logs");
  expect(await outputValue(serviceAccount)).toBe("loki");
  expect([...asked.identities.keys()]).toEqual(["observability-loki"]);
  expect(asked.identities.get("observability-loki")).toMatchObject(loki);
});

const statements = (partition: string, region: string) =>
  bucketStatements({
    bucket: `arn:${partition}:s3:::logs`,
    key: pulumi.output(`arn:${partition}:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`),
    partition,
    region,
  });

test("the role opens this bucket, its objects and the key behind it, through S3 and for this bucket only", async () => {
  const document = await policyOf(statements("aws", "eu-central-1"));
  expect(await identityPolicyIssues(document)).toEqual([]);
  expect(document.Statement.map(({ Sid, Action, Resource }) => [Sid, Action, Resource])).toEqual([
    ["Bucket", ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], ["arn:aws:s3:::logs"]],
    [
      "Objects",
      ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
      ["arn:aws:s3:::logs/*"],
    ],
    [
      "DataKey",
      ["kms:Decrypt", "kms:GenerateDataKey"],
      ["arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ],
  ]);
  expect(document.Statement[2]?.Condition).toEqual({
    StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" },
    StringLike: { "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"] },
  });
});

test("nobody may touch the bucket itself, its policy or old versions of objects", () => {
  const actions = statements("aws", "eu-central-1").flatMap((statement) => statement.actions);
  expect(
    actions.filter((action) => /Bucket(Policy|Versioning|Acl)|ObjectVersion|Put(Bucket|Lifecycle)/.test(action)),
  ).toEqual([]);
});

test("in China the service has another name", () => {
  expect(statements("aws-cn", "cn-north-1")[2]?.conditions?.["StringEquals"]).toEqual({
    "kms:ViaService": "s3.cn-north-1.amazonaws.com.cn",
  });
});
