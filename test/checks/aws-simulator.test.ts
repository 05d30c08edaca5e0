// The simulator by itself: that it refuses what AWS would, so that a plan it takes means something.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, openAccount } from "../support/aws/simulator/account.ts";
import { installSimulator } from "../support/aws/simulator/install.ts";

const installed = await installSimulator();
const missing = "missing" in installed ? installed.missing : "";

describe.skipIf(missing !== "")(`the simulated account${missing && ` (${missing})`}`, () => {
  let account: Account;
  beforeAll(() => {
    if (!("missing" in installed)) account = openAccount(installed, "111122223333", "eu-central-1");
  });
  afterAll(() => account.close());

  test("takes what is right, for the account and region it was given", async () => {
    expect(await account.call("sts", "GetCallerIdentity", {})).toMatchObject({ Account: "111122223333" });
    expect(await account.call("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" })).toMatchObject({
      Vpc: { CidrBlock: "10.0.0.0/16" },
    });
  });

  test.each([
    [
      "a parameter that is none",
      "ec2",
      "CreateVpc",
      { CidrBlok: "10.0.0.0/16" },
      /Unknown parameter in input: "CidrBlok"/,
    ],
    [
      "a value of no enum",
      "eks",
      "CreateNodegroup",
      { amiType: "BOTTLEROCKET_x86" },
      /CreateNodegroup.amiType: BOTTLEROCKET_x86 is none of .*BOTTLEROCKET_x86_64/,
    ],
    [
      "an ARN of another form",
      "kms",
      "CreateAlias",
      { AliasName: "data key", TargetKeyId: "k" },
      /AliasName: data key does not fit/,
    ],
    ["a block that is none", "ec2", "CreateVpc", { CidrBlock: "10.0.0.0/33" }, /10\.0\.0\.0\/33/],
    [
      "a policy that is none",
      "iam",
      "CreatePolicy",
      { PolicyName: "x", PolicyDocument: '{"Statement": 1}' },
      /MalformedPolicyDocument/,
    ],
  ])("refuses %s", async (_, service, operation, parameters, message) => {
    await expect(account.call(service, operation, parameters)).rejects.toThrow(message);
  });
});
