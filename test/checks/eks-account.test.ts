// The stack eks, made in a simulated account: every parameter of every call fits the service's own model, and the simulator takes it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import strata from "../../index.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { type Account, openAccount } from "../support/aws/simulator/account.ts";
import { createIn } from "../support/aws/simulator/create/index.ts";
import { installSimulator } from "../support/aws/simulator/install.ts";
import { stackConfig } from "../support/stack-file.ts";

const installed = await installSimulator();
const missing = "missing" in installed ? installed.missing : "";

type Section = Record<string, unknown>;

/** The stack with other keys in its sections, and without what would be delivered by GitOps. */
const configWith = (changes: Readonly<Record<string, Section>>): Record<string, string> => {
  const { "strata:gitops": _, ...config } = stackConfig("eks");
  for (const [name, change] of Object.entries(changes)) {
    const key = `strata:${name}`;
    // A section of another kind keeps nothing of this one.
    const before = change["kind"] === undefined ? (JSON.parse(config[key] ?? "{}") as Section) : {};
    config[key] = JSON.stringify({ ...before, ...change });
  }
  return config;
};

const databases = { auth_db: { owner: "devuser" } };

const cases: Record<string, Readonly<Record<string, Section>>> = {
  "as it is": {},
  "one NAT gateway, every endpoint, a private API server": {
    cluster: {
      vpc: { nat: "single", endpoints: "all" },
      apiServer: { access: "private" },
      admins: ["arn:aws:iam::111122223333:role/Admin"],
      viewers: ["arn:aws:iam::111122223333:role/Viewer"],
    },
  },
  "the database by RDS": { postgres: { kind: "rds", databases } },
  "nodes by Karpenter": { cluster: { nodes: { kind: "karpenter" } } },
  "nodes by EKS Auto Mode": { cluster: { nodes: { kind: "auto" } } },
};

describe.skipIf(missing !== "").each(Object.entries(cases))(`%s${missing && ` (${missing})`}`, (_, changes) => {
  let account: Account;
  let plan: Plan;

  beforeAll(async () => {
    if ("missing" in installed) return;
    account = openAccount(installed, "111122223333", "eu-central-1");
    plan = await recordPlan({ stack: "eks", config: configWith(changes), create: createIn(account) }, () =>
      strata({ state: "healthy", incarnation: 0 }, async (key) => ({ path: pathOf(key) })),
    );
  });
  afterAll(() => account.close());

  const of = (type: string) => plan.resources.filter((resource) => resource.type === type);

  test("all of it is made", () => {
    expect(plan.resources.filter(({ type }) => type.startsWith("aws:")).length).toBeGreaterThan(50);
  });

  test("the account has what the plan says", async () => {
    const { Vpcs } = await account.call("ec2", "DescribeVpcs", {
      Filters: [{ Name: "is-default", Values: ["false"] }],
    });
    expect(Vpcs).toHaveLength(1);
    const [vpc] = Vpcs as { VpcId: string }[];
    const { Subnets } = await account.call("ec2", "DescribeSubnets", {
      Filters: [{ Name: "vpc-id", Values: [vpc?.VpcId] }],
    });
    expect((Subnets as { AvailabilityZone: string }[]).map((subnet) => subnet.AvailabilityZone).sort()).toEqual(
      of("aws:ec2/subnet:Subnet")
        .map(({ inputs }) => inputs["availabilityZone"])
        .sort(),
    );
    const { NatGateways } = await account.call("ec2", "DescribeNatGateways", {});
    expect(NatGateways).toHaveLength(of("aws:ec2/natGateway:NatGateway").length);
    const found = await account.call("eks", "DescribeCluster", { name: "strata-eks" });
    expect(found).toMatchObject({
      cluster: {
        resourcesVpcConfig: { endpointPrivateAccess: true },
        encryptionConfig: [{ resources: ["secrets"] }],
      },
    });
  });

  test("no rule of any security group lets the world in", async () => {
    const { SecurityGroupRules } = await account.call("ec2", "DescribeSecurityGroupRules", {});
    const rules = SecurityGroupRules as { IsEgress: boolean; CidrIpv4?: string }[];
    // Every group has a way out at least: an empty answer would show nothing.
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => !rule.IsEgress && rule.CidrIpv4 === "0.0.0.0/0")).toEqual([]);
  });
});
