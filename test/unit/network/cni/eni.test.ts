// Cilium as the pod network of an EKS cluster.
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { eniStatements } from "../../../../layers/network/cni/eni.ts";
import { createCni } from "../../../../layers/network/cni/index.ts";
import type { IdentityArgs } from "../../../../lib/aws/handle.ts";
import { allow } from "../../../../lib/aws/policy.ts";
import type { ClusterHandle } from "../../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../../tools/plan/record.ts";
import { documentOf, recordedAws } from "../../../support/aws/handle.ts";
import { identityPolicyIssues } from "../../../support/aws/policy-lint.ts";
import { mockCluster } from "../../../support/cluster.ts";
import { networkConfig } from "../../../support/network.ts";

const release = "kubernetes:helm.sh/v3:Release";
const policy = "kubernetes:cilium.io/v2:CiliumClusterwideNetworkPolicy";

const record = async (cluster: Partial<ClusterHandle> = {}): Promise<{ plan: Plan; identity?: IdentityArgs }> => {
  let identities = new Map<string, IdentityArgs>();
  const plan = await recordPlan({ stack: "test" }, () => {
    const account = recordedAws();
    identities = account.identities;
    const { urls } = createCni(
      mockCluster({ local: false, nodePorts: false, aws: account.aws, ...cluster }),
      networkConfig({ cni: { kind: "cilium" } }),
    );
    return { urls };
  });
  const identity = identities.get("cilium");
  return { plan, ...(identity && { identity }) };
};

test("gives pods addresses of the VPC, by its operator's own role, and waits for no node", async () => {
  const { plan, identity } = await record();
  expect(identity).toMatchObject({ namespace: "kube-system", serviceAccount: "cilium-operator" });
  expect(plan.find("cilium", release).inputs["values"]).toMatchObject({
    ipam: { mode: "eni" },
    eni: { enabled: true, eniTags: { "strata:cluster": "strata-test" } },
    routingMode: "native",
    enableIPv4Masquerade: false,
    kubeProxyReplacement: false,
    operator: { replicas: 2, image: { override: "image-of:cilium.operatorAws" } },
  });
  const upstream = plan.upstream("cilium", release);
  expect(upstream.has("aws-identity-cilium")).toBe(true);
  expect(upstream.has("aws-operational")).toBe(false);
});

test("opens the way to the credentials' agent on the node, and denies nothing by it", async () => {
  const { plan } = await record();
  expect(plan.find("cilium-pod-identity", policy).inputs["spec"]).toEqual({
    endpointSelector: {},
    enableDefaultDeny: { egress: false, ingress: false },
    egress: [{ toEntities: ["host"], toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] }],
  });
  expect(plan.before("cilium-pod-identity", policy)).toContain(plan.find("cilium", release));
  const simulated = await record({ simulated: true });
  expect(simulated.plan.resources.map(({ type }) => type)).not.toContain(policy);
});

test("its policy makes and uses interfaces of this cluster, in this VPC", async () => {
  const { identity } = await record();
  const statements = identity?.statements ?? [];
  expect(statements.length).toBeGreaterThan(5);
  for (const statement of statements) allow(statement);
  const document = await documentOf(
    eniStatements({
      partition: "aws",
      region: "eu-central-1",
      account: "111122223333",
      clusterName: "strata-test",
      vpcId: pulumi.output("vpc-1"),
      tags: {},
    }),
  );
  expect(await identityPolicyIssues(document)).toEqual([]);
  const wide = document.Statement.filter(({ Condition }) => Condition === undefined);
  expect(wide.map(({ Sid }) => Sid)).toEqual(["Look"]);
  expect(JSON.stringify(document)).toContain("arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1");
});
