// Every IAM policy of layer 1 on AWS, read against AWS's own list of actions, resources and condition keys.
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../tools/plan/record.ts";
import { eksPlan } from "../support/aws/eks-plan.ts";
import { identityPolicyIssues, type PolicyDocument, resourcePolicyIssues } from "../support/aws/policy-lint.ts";

const documentsOf = (plan: Plan, type: string, input: string): [string, PolicyDocument][] =>
  plan.resources
    .filter((resource) => resource.type === type)
    .map(({ name, inputs }) => [name, JSON.parse(String(inputs[input])) as PolicyDocument]);

/** What IAM takes in all policies of one role, white space aside. */
const inlineLimit = 10240;

describe.each([
  ["managed", { nodes: { kind: "managed" } }, 4],
  ["karpenter", { nodes: { kind: "karpenter" } }, 5],
  ["auto", { nodes: { kind: "auto" } }, 3],
] as const)("%s nodes", (kind, section, least) => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await eksPlan({ section });
  });

  test("each policy of a role names real actions, their own resources, and this cluster", async () => {
    const policies = documentsOf(plan, "aws:iam/rolePolicy:RolePolicy", "policy");
    expect(policies.length).toBeGreaterThanOrEqual(least - 2);
    for (const [name, document] of policies) expect([name, await identityPolicyIssues(document)]).toEqual([name, []]);
  });

  test("each trust and each resource's policy lets in who it is for", async () => {
    const trusts = documentsOf(plan, "aws:iam/role:Role", "assumeRolePolicy");
    expect(trusts.length).toBeGreaterThanOrEqual(least);
    const rest = [
      ...documentsOf(plan, "aws:kms/key:Key", "policy"),
      ...documentsOf(plan, "aws:sqs/queuePolicy:QueuePolicy", "policy"),
    ];
    expect(rest.length).toBe(kind === "karpenter" ? 2 : 1);
    for (const [name, document] of [...trusts, ...rest])
      expect([name, await resourcePolicyIssues(document)]).toEqual([name, []]);
  });

  test("Auto Scaling may make encrypted volumes of nodes, which EBS asks for without the key's plaintext", () => {
    const [[, key] = []] = documentsOf(plan, "aws:kms/key:Key", "policy");
    const volumes = key?.Statement.find(({ Sid }) => Sid === "VolumesOfNodes");
    expect(volumes?.Action).toContain("kms:GenerateDataKeyWithoutPlaintext");
    expect(volumes?.Condition?.["ArnEquals"]).toEqual({
      "aws:PrincipalArn":
        "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
    });
  });

  test("no trust but EC2's is for all of the account: each names the resource or pod that takes the role on", () => {
    const open = documentsOf(plan, "aws:iam/role:Role", "assumeRolePolicy").filter(([, { Statement }]) =>
      Statement.some(({ Condition }) => Condition === undefined),
    );
    expect(open.map(([name]) => name)).toEqual(["cluster-nodes-role"]);
  });

  test("no role has more policy than IAM takes", () => {
    for (const [name, document] of documentsOf(plan, "aws:iam/rolePolicy:RolePolicy", "policy"))
      expect([name, JSON.stringify(document).length < inlineLimit]).toEqual([name, true]);
  });
});
