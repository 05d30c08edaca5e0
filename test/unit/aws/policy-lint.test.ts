import { expect, test } from "vitest";
import { identityPolicyIssues, type PolicyStatement, resourcePolicyIssues } from "../../support/aws/policy-lint.ts";

const issues = (statement: Partial<PolicyStatement>) =>
  identityPolicyIssues({
    Version: "2012-10-17",
    Statement: [{ Sid: "Test", Effect: "Allow", Action: [], Resource: "*", ...statement }],
  });
const role = "arn:aws:iam::111122223333:role/strata-eks-nodes";

test.each<[string, Partial<PolicyStatement>, string[]]>([
  [
    "a misspelt action",
    { Action: "ec2:DescribeInstnaces" },
    ["Test: ec2:DescribeInstnaces: no such action. Did you mean ec2:DescribeInstances?"],
  ],
  ["a service that is none", { Action: "ec3:RunInstances" }, ['Test: ec3:RunInstances: there is no service "ec3"']],
  [
    "a wildcard in an action",
    { Action: "s3:Get*" },
    ["Test: s3:Get*: name each action; a wildcard also allows what AWS adds tomorrow"],
  ],
  [
    "every resource of an action that knows resources",
    { Action: "iam:PassRole" },
    ["Test: iam:PassRole: on *, without a condition that names this cluster. It takes: role"],
  ],
  [
    "a condition that leaves it everything",
    { Action: "ec2:TerminateInstances", Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } } },
    ["Test: ec2:TerminateInstances: on *, without a condition that names this cluster. It takes: instance"],
  ],
  [
    "a resource of another kind",
    { Action: "s3:GetObject", Resource: "arn:aws:s3:::logs" },
    [expect.stringContaining("Test: s3:GetObject: none of arn:aws:s3:::logs is a resource of it. It takes: ")],
  ],
  [
    "a resource where the action knows none",
    { Action: "ec2:DescribeInstances", Resource: "arn:aws:ec2:eu-central-1:111122223333:instance/*" },
    [expect.stringContaining("ec2:DescribeInstances: knows no resources, so it is never allowed on")],
  ],
  [
    "a condition that the request never carries",
    { Action: "iam:PassRole", Resource: role, Condition: { StringEquals: { "ec2:Vpc": "vpc-1" } } },
    ["Test: iam:PassRole: the request carries no ec2:vpc, so the statement never applies"],
  ],
])("%s", async (_, statement, expected) => {
  expect(await issues(statement)).toEqual(expected);
});

test.each<[string, Partial<PolicyStatement>]>([
  ["a list of what knows no resource", { Action: ["ec2:DescribeInstances", "ec2:DescribeSubnets"] }],
  [
    "one role, for one service",
    {
      Action: "iam:PassRole",
      Resource: role,
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
  ],
  [
    "what bears the cluster's tag",
    { Action: "ec2:TerminateInstances", Condition: { StringEquals: { "aws:ResourceTag/strata:cluster": "x" } } },
  ],
  ["objects of one bucket", { Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::logs/*" }],
])("nothing: %s", async (_, statement) => {
  expect(await issues(statement)).toEqual([]);
});

test("a resource's policy that lets anybody in, or names what is no action", async () => {
  const statement: PolicyStatement = {
    Sid: "Open",
    Effect: "Allow",
    Principal: "*",
    Action: "sqs:SendMesage",
    Resource: "*",
  };
  expect(await resourcePolicyIssues({ Version: "2012-10-17", Statement: [statement] })).toEqual([
    "Open: sqs:SendMesage: no such action. Did you mean sqs:SendMessage?",
    "Open: anybody may",
  ]);
});
