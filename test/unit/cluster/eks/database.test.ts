import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { EksDatabase } from "../../../../layers/cluster/eks/database.ts";
import { parameterFamily } from "../../../../layers/cluster/eks/database-settings.ts";
import { eksScope } from "../../../../layers/cluster/eks/scope.ts";
import type { DatabaseArgs } from "../../../../lib/aws/handle.ts";
import { type Plan, recordPlan } from "../../../../tools/plan/record.ts";
import { images, rdsPostgres } from "../../../../versions.ts";
import { eksConfig } from "../../../support/aws/recorded.ts";

const key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const instanceType = "aws:rds/instance:Instance";

class Network extends pulumi.CustomResource {
  constructor(name: string) {
    super("test:index:Network", name, {});
  }
}

const record = (changes: Partial<DatabaseArgs> = {}, protect: true | "data" | false = true): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const controlPlane = new Network("control-plane");
    const vpc = new Network("vpc");
    new EksDatabase("database-postgres", {
      name: "postgres",
      engineVersion: rdsPostgres,
      instanceClass: "db.t4g.medium",
      storageGiB: 20,
      multiAz: true,
      backupDays: 14,
      masterUser: "postgres",
      masterPassword: pulumi.secret("hunter2"),
      account: {
        scope: eksScope("strata-eks", eksConfig({ protect }), {}),
        options: {},
        keyArn: pulumi.output(key),
        vpcId: vpc.id.apply(() => "vpc-1"),
        privateSubnetIds: vpc.id.apply(() => ["subnet-a", "subnet-b"]),
        clusterSecurityGroupId: controlPlane.id.apply(() => "sg-cluster"),
      },
      ...changes,
    });
    return {};
  });

const instance = (plan: Plan) => plan.find("database-postgres", instanceType);

test("it has the major version of the server in the cluster, and its parameters are for that", () => {
  expect(rdsPostgres.split(".")[0]).toBe(images.postgres.tag.split(".")[0]);
  expect(parameterFamily("17.10")).toBe("postgres17");
});

test("nobody outside reaches it, and inside the cluster alone, on its port", async () => {
  const plan = await record();
  expect(instance(plan).inputs).toMatchObject({
    identifier: "strata-eks-postgres",
    publiclyAccessible: false,
    dbSubnetGroupName: "strata-eks-postgres",
    port: 5432,
  });
  expect(plan.find("database-postgres", "aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"]).toEqual([
    "subnet-a",
    "subnet-b",
  ]);
  const rules = plan.resources.filter(({ type }) => /securityGroup.*Rule/i.test(type));
  expect(rules.map(({ inputs }) => inputs)).toMatchObject([
    { referencedSecurityGroupId: "sg-cluster", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 },
  ]);
  const group = plan.find("database-postgres", "aws:ec2/securityGroup:SecurityGroup").inputs;
  expect(Object.keys(group)).not.toContain("ingress");
});

test("everything it stores is encrypted by the cluster's key: volume, insights, log", async () => {
  const plan = await record();
  expect(instance(plan).inputs).toMatchObject({
    storageEncrypted: true,
    kmsKeyId: key,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: key,
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
  });
  expect(plan.find("database-postgres", "aws:cloudwatch/logGroup:LogGroup").inputs).toEqual({
    name: "/aws/rds/instance/strata-eks-postgres/postgresql",
    retentionInDays: 90,
    kmsKeyId: key,
  });
});

test("TLS only, backups with the instance's tags, a version that changes in the program", async () => {
  const plan = await record();
  expect(plan.find("database-postgres", "aws:rds/parameterGroup:ParameterGroup").inputs).toMatchObject({
    family: "postgres17",
    parameters: expect.arrayContaining([{ name: "rds.force_ssl", value: "1" }]),
  });
  expect(instance(plan).inputs).toMatchObject({
    engine: "postgres",
    engineVersion: rdsPostgres,
    autoMinorVersionUpgrade: false,
    backupRetentionPeriod: 14,
    copyTagsToSnapshot: true,
    multiAz: true,
    allocatedStorage: 20,
    maxAllocatedStorage: 100,
  });
});

test("its password is a secret of the state, and nothing else holds it", async () => {
  const plan = await record();
  expect(instance(plan).secretPaths).toEqual(["password"]);
  const others = plan.resources.filter((resource) => resource !== instance(plan));
  expect(JSON.stringify(others.map(({ inputs }) => inputs))).not.toContain("hunter2");
});

test.each([
  [true, undefined, { protected: true, final: true }],
  ["data", undefined, { protected: true, final: true }],
  ["data", false, { protected: false, final: true }],
  [false, undefined, { protected: false, final: false }],
  [false, true, { protected: true, final: false }],
] as const)("cluster.protect %j and its own %j", async (ofCluster, own, expected) => {
  const made = instance(await record(own === undefined ? {} : { protect: own }, ofCluster));
  expect(made.protect).toBe(expected.protected);
  expect(made.inputs).toMatchObject({
    deletionProtection: expected.protected,
    skipFinalSnapshot: !expected.final,
    deleteAutomatedBackups: !expected.final,
  });
  expect(made.inputs["finalSnapshotIdentifier"]).toMatch(/^strata-eks-postgres-final-/);
});

test("from a snapshot, and never replaced because another one is named later", async () => {
  const made = instance(await record({ snapshot: "before" }));
  expect(made.inputs["snapshotIdentifier"]).toBe("before");
  expect(made.ignoreChanges).toEqual(["snapshotIdentifier"]);
  expect(instance(await record()).inputs).not.toHaveProperty("snapshotIdentifier");
});

test("the instance is made beside the control plane; only who may connect waits for that", async () => {
  const plan = await record();
  expect(plan.upstream("database-postgres", instanceType).has("vpc")).toBe(true);
  expect(plan.upstream("database-postgres", instanceType).has("control-plane")).toBe(false);
  expect(
    plan
      .upstream("database-postgres", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .has("control-plane"),
  ).toBe(true);
});
