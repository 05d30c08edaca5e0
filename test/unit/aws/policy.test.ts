// Statements that would allow too much are refused where they are made, whoever makes them.
import { describe, expect, test } from "vitest";
import type { Statement } from "../../../lib/aws/handle.ts";
import { allow, unscopedActions } from "../../../lib/aws/policy.ts";
import { identityPolicyIssues } from "../../support/aws/policy-lint.ts";

const statement = (changes: Partial<Statement>): Statement => ({
  sid: "Test",
  actions: ["s3:GetObject"],
  resources: ["arn:aws:s3:::bucket/*"],
  ...changes,
});

describe("a statement that is refused", () => {
  test.each<[string, Partial<Statement>, string]>([
    [
      "everything, of an action that knows resources",
      { resources: ["*"] },
      "The policy statement Test allows on every resource, not in lib/aws/policy.ts: s3:GetObject",
    ],
    [
      "everything beside something",
      { actions: ["ec2:TerminateInstances"], resources: ["arn:aws:ec2:eu-central-1:111122223333:instance/*", "*"] },
      "The policy statement Test allows on every resource, not in lib/aws/policy.ts: ec2:TerminateInstances",
    ],
    ["a pattern of actions", { actions: ["s3:Get*"] }, "The policy statement Test names no single action: s3:Get*"],
    ["all actions", { actions: ["*"] }, "The policy statement Test names no single action: *"],
    [
      "a name that IAM refuses",
      { sid: "read it" },
      'The policy statement "read it" needs a name of letters and digits',
    ],
    ["nothing", { actions: [] }, "The policy statement Test allows nothing"],
  ])("%s", (_, changes, message) => {
    expect(() => allow(statement(changes))).toThrow(message);
  });
});

test("a statement as IAM writes it", () => {
  expect(allow(statement({ conditions: { StringEquals: { "aws:ResourceTag/a": "b" } } }))).toEqual({
    Sid: "Test",
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: ["arn:aws:s3:::bucket/*"],
    Condition: { StringEquals: { "aws:ResourceTag/a": "b" } },
  });
});

test("each action that may be allowed on everything is one that knows no resource, by AWS's own list", async () => {
  expect(unscopedActions.length).toBeGreaterThan(15);
  expect(new Set(unscopedActions).size).toBe(unscopedActions.length);
  expect(
    await identityPolicyIssues({
      Version: "2012-10-17",
      Statement: [{ Sid: "Unscoped", Effect: "Allow", Action: unscopedActions, Resource: "*" }],
    }),
  ).toEqual([]);
});
