import { describe, expect, test } from "vitest";
import { type LoadBalancerScope, loadBalancerStatements } from "../../../../layers/network/load-balancers/policy.ts";
import { loadBalancerFlows, loadBalancerValues } from "../../../../layers/network/load-balancers/values.ts";
import { allow } from "../../../../lib/aws/policy.ts";
import { imageParts } from "../../../../lib/chart-images.ts";
import { documentOf } from "../../../support/aws/handle.ts";
import { identityPolicyIssues } from "../../../support/aws/policy-lint.ts";

const scope: LoadBalancerScope = {
  partition: "aws",
  region: "eu-central-1",
  account: "111122223333",
  clusterName: "strata-test",
  vpcId: "vpc-1",
};

describe("its policy", () => {
  test("names actions that exist, each on this cluster's resources", async () => {
    const document = await documentOf(loadBalancerStatements(scope));
    expect(document.Statement.length).toBeGreaterThan(8);
    for (const statement of loadBalancerStatements(scope)) allow(statement);
    expect(await identityPolicyIssues(document)).toEqual([]);
  });

  test("changes what bears the cluster's tag, or is asked for with it, and looks at the rest", async () => {
    const { Statement } = await documentOf(loadBalancerStatements(scope));
    const free = Statement.filter(({ Condition }) => Condition === undefined);
    expect(free.map(({ Sid }) => Sid)).toEqual(["Look", "LookAtVpc", "CreateSecurityGroupInVpc"]);
    expect(free.map(({ Resource }) => Resource)).toEqual([
      ["*"],
      ["arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1"],
      ["arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1"],
    ]);
    const looks = Statement.find(({ Sid }) => Sid === "Look")?.Action as readonly string[];
    expect(looks.filter((action) => !/:Describe/.test(action))).toEqual([]);
    const tags = Statement.filter(({ Condition }) => Condition !== undefined).map(({ Condition }) =>
      Object.entries(Condition?.["StringEquals"] ?? {}),
    );
    const others = tags.filter((pairs) => !pairs.some(([, value]) => value === "strata-test"));
    expect(others).toEqual([
      [["iam:AWSServiceName", "elasticloadbalancing.amazonaws.com"]],
      [["aws:ResourceTag/kubernetes.io/cluster/strata-test", "owned"]],
    ]);
  });

  test("knows the partition", async () => {
    const text = JSON.stringify(
      await documentOf(loadBalancerStatements({ ...scope, partition: "aws-us-gov", region: "us-gov-west-1" })),
    );
    expect(text).not.toContain("arn:aws:");
  });
});

test("nothing of AWS but load balancers, and no webhook before other people's objects", () => {
  const values = loadBalancerValues({ ...scope, tags: { team: "platform" } }, () =>
    imageParts("public.ecr.aws/eks/controller:v1"),
  );
  expect(values).toMatchObject({
    clusterName: "strata-test",
    region: "eu-central-1",
    vpcId: "vpc-1",
    defaultTags: { team: "platform" },
    serviceAccount: { name: "aws-load-balancer-controller" },
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    enableServiceMutatorWebhook: false,
    webhookConfig: { disableIngressValidation: true },
    createIngressClassResource: false,
  });
});

test("the API server reaches its webhook, and it the account", () => {
  expect(loadBalancerFlows.ingress?.[0]).toEqual({ peers: ["anywhere"], ports: [9443] });
  expect(loadBalancerFlows.egress).toContainEqual({ peers: ["pod-identity"], ports: [80] });
});
