// Secrets of the account, read by the controller's own role and no key.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { SecretsConfig } from "../../../../config/schema.ts";
import { ExternalSecrets } from "../../../../layers/platform/secrets/external-secrets.ts";
import { secretStatements } from "../../../../layers/platform/secrets/policy.ts";
import type { IdentityArgs } from "../../../../lib/aws/handle.ts";
import { allow } from "../../../../lib/aws/policy.ts";
import { type Plan, recordPlan } from "../../../../tools/plan/record.ts";
import { documentOf, recordedAws } from "../../../support/aws/handle.ts";
import { identityPolicyIssues } from "../../../support/aws/policy-lint.ts";
import { mockCluster } from "../../../support/cluster.ts";

const config = (from: string, prefix?: string): SecretsConfig => ({
  kind: "external-secrets",
  backend: { kind: "aws", service: "SecretsManager", ...(prefix !== undefined && { prefix }) },
  items: { shared: { refresh: "1h", keys: { token: { from } } } },
  reload: "none",
});

const record = async (secrets: SecretsConfig): Promise<{ plan: Plan; identities: Map<string, IdentityArgs> }> => {
  let identities = new Map<string, IdentityArgs>();
  const plan = await recordPlan({ stack: "test" }, () => {
    const account = recordedAws();
    identities = account.identities;
    const cluster = mockCluster({ aws: account.aws });
    new ExternalSecrets("secrets", { cluster, config: secrets, appNamespace: pulumi.output("apps") });
    return {};
  });
  return { plan, identities };
};

describe("on EKS", () => {
  test("the controller starts with its role, and no login is anywhere", async () => {
    const { plan, identities } = await record(config("strata-test/api"));
    expect(identities.get("secrets")).toMatchObject({
      namespace: "external-secrets",
      serviceAccount: "external-secrets",
    });
    expect(plan.upstream("secrets-operator").has("aws-identity-secrets")).toBe(true);
    expect(plan.find("secrets-store").inputs["spec"]).toEqual({
      provider: { aws: { service: "SecretsManager", region: "eu-central-1" } },
    });
    const types = plan.resources.map(({ type }) => type);
    expect(types).not.toContain("kubernetes:core/v1:Secret");
    expect(types).not.toContain("kubernetes:core/v1:ServiceAccount");
  });

  test("a name outside of the prefix, which is the cluster's name unless another is given, is told at once", async () => {
    await expect(record(config("other/api"))).rejects.toThrow(
      "strata:secrets.items: other/api is not below strata-test/, which is all that the role may read",
    );
    const { identities } = await record(config("team/api", "team"));
    expect(JSON.stringify(identities.get("secrets")?.statements[0]?.resources)).toContain("secret:team/*");
  });
});

test.each([
  ["SecretsManager", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:team/*", "secretsmanager"],
  ["ParameterStore", "arn:aws:ssm:eu-central-1:111122223333:parameter/team/*", "ssm"],
] as const)("the policy for %s reads one prefix, and decrypts nothing else", async (service, resource, via) => {
  const scope = {
    partition: "aws",
    region: "eu-central-1",
    account: "111122223333",
    dataKeyArn: pulumi.output("arn:aws:kms:eu-central-1:111122223333:key/1"),
  };
  const statements = secretStatements(scope, service, "team");
  for (const statement of statements) allow(statement);
  const document = await documentOf(statements);
  expect(await identityPolicyIssues(document)).toEqual([]);
  expect(document.Statement.map(({ Resource }) => Resource)).toEqual([
    [resource],
    ["arn:aws:kms:eu-central-1:111122223333:key/1"],
  ]);
  expect(document.Statement[1]?.Condition).toMatchObject({
    StringEquals: { "kms:ViaService": `${via}.eu-central-1.amazonaws.com` },
    StringLike: {},
  });
});
