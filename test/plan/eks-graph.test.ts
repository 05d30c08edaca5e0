// Layer 1 on AWS: who waits for whom, and so who is deleted before whom.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { beforeAll, describe, expect, test } from "vitest";
import type { ClusterHandle } from "../../lib/handles.ts";
import type { Plan } from "../../tools/plan/record.ts";
import { eksPlan } from "../support/aws/eks-plan.ts";

const controlPlane = "aws:eks/cluster:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const addon = "aws:eks/addon:Addon";

/** A controller of a layer above, with rights in the account, and an object that needs none. */
const above = ({ aws, options }: ClusterHandle) => {
  const serviceAccount = aws?.identity("controller-identity", {
    namespace: "edge",
    serviceAccount: "controller",
    statements: [{ sid: "Read", actions: ["ec2:DescribeSubnets"], resources: ["*"] }],
  });
  new ConfigMap("object", { metadata: { name: "o", namespace: "edge" } }, options);
  new ConfigMap(
    "controller",
    { metadata: { name: "c", namespace: "edge" }, data: { a: serviceAccount ?? "" } },
    options,
  );
  return {};
};

describe("managed nodes", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await eksPlan({ above });
  });
  const types = (name: string, type: string): Set<string> =>
    new Set([...plan.before(name, type)].filter(({ custom }) => custom).map((resource) => resource.type));
  const waiting = (type: string): string[] =>
    plan.resources
      .filter((resource) => resource.custom && types(resource.name, resource.type).has(type))
      .map((resource) => `${resource.type.split(":").at(-1)} ${resource.name}`);

  test("calls no function, and everything in the account has the one provider", () => {
    expect(plan.calls).toEqual([]);
    const account = plan.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(account.length).toBeGreaterThan(60);
    expect(account.filter(({ provider }) => !provider.endsWith("::cluster-aws")).map(({ name }) => name)).toEqual([]);
  });

  test("the control plane waits for its subnets, role, key and log group, and for no way out", () => {
    expect([...plan.upstream("cluster-control-plane", controlPlane)].sort()).toEqual([
      "cluster-aws",
      "cluster-control-plane",
      "cluster-control-plane-role",
      "cluster-control-plane-role-AmazonEKSClusterPolicy",
      "cluster-key",
      "cluster-vpc",
      "cluster-vpc-intra-a",
      "cluster-vpc-intra-b",
      "cluster-vpc-intra-c",
    ]);
  });

  test("nothing waits for the control plane but what is in it", () => {
    expect(waiting(controlPlane).sort()).toEqual([
      "Addon cluster-node-addons-eks-pod-identity-agent",
      "Addon cluster-node-addons-kube-proxy",
      "Addon cluster-node-addons-vpc-cni",
      "Addon cluster-pod-addons-aws-ebs-csi-driver",
      "Addon cluster-pod-addons-coredns",
      "Command cluster-storage-volumes-gone",
      "ConfigMap controller",
      "ConfigMap object",
      "NodeGroup cluster-nodes-general",
      "PodIdentityAssociation controller-identity",
      "StorageClass cluster-storage",
      "kubernetes cluster-early-provider",
      "kubernetes cluster-provider",
    ]);
  });

  test("nodes wait for their network, its way out and the Pod Identity agent; the network of pods waits for no node", () => {
    const upstream = plan.upstream("cluster-nodes-general", nodeGroup);
    expect([...upstream]).toEqual(
      expect.arrayContaining([
        "cluster-node-addons-vpc-cni",
        "cluster-node-addons-kube-proxy",
        "cluster-node-addons-eks-pod-identity-agent",
        "cluster-vpc-nat-c",
        "cluster-vpc-private-c",
        "cluster-nodes-role-AmazonEKSWorkerNodeMinimalPolicy",
      ]),
    );
    expect([...types("cluster-nodes-general", nodeGroup)]).toContain("aws:ec2/natGateway:NatGateway");
    for (const name of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])
      expect([name, types(`cluster-node-addons-${name}`, addon).has(nodeGroup)]).toEqual([name, false]);
  });

  test("a NAT gateway waits for the internet gateway's route", () => {
    expect([...types("cluster-vpc-nat-a", "aws:ec2/natGateway:NatGateway")]).toEqual(
      expect.arrayContaining(["aws:ec2/internetGateway:InternetGateway", "aws:ec2/route:Route"]),
    );
  });

  // Deletion is the reverse of creation: who waited for a thing is deleted before it.
  test.each([
    ["object", "kubernetes:core/v1:ConfigMap", "cluster-pod-addons-aws-ebs-csi-driver"],
    ["object", "kubernetes:core/v1:ConfigMap", "cluster-storage-volumes-gone"],
    ["cluster-storage-volumes-gone", "command:local:Command", "cluster-pod-addons-aws-ebs-csi-driver"],
    ["object", "kubernetes:core/v1:ConfigMap", "cluster-pod-addons-coredns"],
    ["object", "kubernetes:core/v1:ConfigMap", "cluster-nodes-general"],
    ["object", "kubernetes:core/v1:ConfigMap", "cluster-node-addons-vpc-cni"],
    ["controller", "kubernetes:core/v1:ConfigMap", "controller-identity"],
    ["controller", "kubernetes:core/v1:ConfigMap", "controller-identity-role"],
    ["cluster-pod-addons-aws-ebs-csi-driver", addon, "cluster-pod-addons-ebs-csi-role"],
    ["cluster-nodes-general", nodeGroup, "cluster-node-addons-vpc-cni"],
    ["cluster-nodes-general", nodeGroup, "cluster-vpc-nat-a"],
    ["cluster-node-addons-vpc-cni", addon, "cluster-node-addons-vpc-cni-role"],
    ["cluster-control-plane", controlPlane, "cluster-vpc-intra-a"],
  ])("on destroy %s (%s) goes before %s", (name, type, later) => {
    expect([...plan.upstream(name, type)]).toContain(later);
  });

  test("roles are made at once, and controllers' too", () => {
    const roles = plan.resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.map(({ name }) => name)).toContain("controller-identity-role");
    expect(roles.filter(({ dependencies }) => dependencies.length > 0).map(({ name }) => name)).toEqual([]);
  });

  test("no object is left to die with the cluster: what it owns in the account would stay", () => {
    const objects = plan.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBe(3);
    expect(objects.filter(({ deletedWith }) => deletedWith !== "").map(({ name }) => name)).toEqual([]);
  });

  test("names every child after its component", () => {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const strangers = plan.resources.filter(({ parent, name }) => {
      const component = byUrn.get(parent);
      return component?.type.startsWith("strata:") && !name.startsWith(component.name);
    });
    expect(strangers.map(({ name }) => name)).toEqual([]);
  });
});

describe("Karpenter", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await eksPlan({ section: { nodes: { kind: "karpenter" } }, above });
  });
  const release = "kubernetes:helm.sh/v3:Release";
  const pool = "kubernetes:karpenter.sh/v1:NodePool";
  const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

  test("it waits for its credentials, its queue and the nodes it runs on", () => {
    expect([...plan.upstream("cluster-karpenter", release)]).toEqual(
      expect.arrayContaining([
        "cluster-karpenter-identity",
        "cluster-karpenter-interruptions",
        "cluster-nodes-system",
        "cluster-pod-addons-coredns",
      ]),
    );
  });

  test("queue, rules, profile and role are there long before the control plane", () => {
    const early = plan.resources.filter(
      ({ type, name }) => /^aws:(sqs|cloudwatch|iam)/.test(type) && name.startsWith("cluster-karpenter"),
    );
    expect(early.length).toBeGreaterThan(14);
    const late = early.filter(({ name, type }) =>
      [...plan.before(name, type)].some((before) => before.type === controlPlane),
    );
    expect(late.map(({ name }) => name)).toEqual([]);
  });

  test.each([
    ["object", "kubernetes:core/v1:ConfigMap", "cluster-karpenter-general-pool"],
    ["cluster-karpenter-general-pool", pool, "cluster-karpenter-general-class"],
    ["cluster-karpenter-general-class", nodeClass, "cluster-karpenter"],
    ["cluster-karpenter", release, "cluster-karpenter-identity-role"],
    ["cluster-karpenter", release, "cluster-nodes-system"],
    ["cluster-karpenter-general-class", nodeClass, "cluster-vpc-nat-a"],
  ])("on destroy %s (%s) goes before %s", (name, type, later) => {
    expect([...plan.upstream(name, type)]).toContain(later);
  });
});

describe("a pod network of our own", () => {
  test("no add-on of AWS's, and the early provider waits for no node, since the nodes wait for what it installs", async () => {
    const plan = await eksPlan({
      network: { cni: { kind: "cilium" } },
      above: ({ early }) => {
        new ConfigMap("cni", { metadata: { name: "c", namespace: "kube-system" } }, early);
        return {};
      },
    });
    expect(plan.resources.filter(({ type }) => type === addon).map(({ inputs }) => inputs["addonName"])).toEqual(
      expect.not.arrayContaining(["vpc-cni"]),
    );
    expect(plan.resources.filter(({ type }) => type === addon).length).toBe(4);
    expect([...plan.upstream("cni")].filter((name) => name.startsWith("cluster-nodes-general"))).toEqual([]);
  });
});
