// What layer 1 on AWS asks for, resource by resource: the choices that an auditor asks about, and those of the stack file.
import { describe, expect, test } from "vitest";
import type { Plan, Registration } from "../../tools/plan/record.ts";
import { eksAddons } from "../../versions.ts";
import { type EksPlanOptions, eksPlan } from "../support/aws/eks-plan.ts";

const plans = new Map<string, Promise<Plan>>();
/** The plan of a section, recorded once. */
const planOf = (section: object = {}, network: object = {}): Promise<Plan> => {
  const key = JSON.stringify([section, network]);
  const known = plans.get(key) ?? eksPlan({ section, network } satisfies EksPlanOptions);
  plans.set(key, known);
  return known;
};
const all = (plan: Plan, type: string): Registration[] =>
  plan.resources.filter((resource) => resource.type === `aws:${type}`);
const controlPlaneOf = (plan: Plan) => plan.find("cluster-control-plane", "aws:eks/cluster:Cluster").inputs;

describe("the control plane", () => {
  test("is private, encrypted, logged, and entered by access entries alone", async () => {
    expect(controlPlaneOf(await planOf())).toMatchObject({
      name: "strata-eks",
      version: "1.35",
      vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/24"] },
      accessConfig: { authenticationMode: "API" },
      encryptionConfig: { resources: ["secrets"], provider: { keyArn: expect.stringContaining(":key/cluster-key") } },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      bootstrapSelfManagedAddons: false,
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: true,
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
    });
  });

  test("has no public endpoint where access is private", async () => {
    const { vpcConfig } = controlPlaneOf(await planOf({ apiServer: { access: "private" } }));
    expect(vpcConfig).toMatchObject({ endpointPrivateAccess: true, endpointPublicAccess: false });
    expect(vpcConfig).not.toHaveProperty("publicAccessCidrs");
  });

  test.each([
    [true, true, true],
    ["data", undefined, true],
    [false, undefined, undefined],
  ])("protect: %s", async (protect, cluster, key) => {
    const plan = await planOf({ protect });
    const guarded = plan.resources.filter((resource) => resource.protect).map(({ name }) => name);
    expect(guarded.sort()).toEqual([...(cluster ? ["cluster-control-plane"] : []), ...(key ? ["cluster-key"] : [])]);
    expect(controlPlaneOf(plan)["deletionProtection"]).toBe(protect === true);
  });

  test("its key turns every year, and its log groups end", async () => {
    const plan = await planOf({ logDays: 365, vpc: { flowLogDays: 30 } });
    expect(plan.find("cluster-key", "aws:kms/key:Key").inputs).toMatchObject({
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    expect(
      all(plan, "cloudwatch/logGroup:LogGroup").map(({ inputs }) => [inputs["name"], inputs["retentionInDays"]]),
    ).toEqual(
      expect.arrayContaining([
        ["/aws/eks/strata-eks/cluster", 365],
        ["/strata/strata-eks/vpc-flow", 30],
      ]),
    );
    const open = all(plan, "cloudwatch/logGroup:LogGroup").filter(({ inputs }) => !inputs["kmsKeyId"]);
    expect(open.map(({ name }) => name)).toEqual([]);
  });
});

describe("the network", () => {
  test("a NAT gateway and an address for each zone, or one of each", async () => {
    const count = async (nat: string) => {
      const plan = await planOf({ vpc: { nat } });
      return [all(plan, "ec2/natGateway:NatGateway").length, all(plan, "ec2/eip:Eip").length];
    };
    expect(await count("zonal")).toEqual([3, 3]);
    expect(await count("single")).toEqual([1, 1]);
  });

  test("with one NAT gateway every zone still has a way out", async () => {
    const plan = await planOf({ vpc: { nat: "single" } });
    const routes = all(plan, "ec2/route:Route").filter(({ inputs }) => inputs["natGatewayId"] !== undefined);
    expect(routes.map(({ inputs }) => inputs["natGatewayId"])).toEqual(Array(3).fill("cluster-vpc-nat-a-id"));
  });

  test("the default security group admits nothing, and no instance gets a public address by itself", async () => {
    const plan = await planOf();
    expect(plan.find("cluster-vpc-default").inputs).toMatchObject({ ingress: [], egress: [] });
    const subnets = all(plan, "ec2/subnet:Subnet");
    expect(subnets.length).toBe(9);
    expect(subnets.filter(({ inputs }) => inputs["mapPublicIpOnLaunch"] !== false)).toEqual([]);
  });

  test("no route leaves the intra subnets", async () => {
    const plan = await planOf();
    const routes = all(plan, "ec2/route:Route").filter(
      ({ inputs }) => inputs["routeTableId"] === "cluster-vpc-intra-id",
    );
    expect(routes).toEqual([]);
  });

  test("S3's endpoint always; the others from the VPC alone", async () => {
    const services = async (endpoints: string) =>
      all(await planOf({ vpc: { endpoints } }), "ec2/vpcEndpoint:VpcEndpoint").map(
        ({ inputs }) => inputs["serviceName"],
      );
    expect(await services("s3")).toEqual(["com.amazonaws.eu-central-1.s3"]);
    expect((await services("all")).length).toBe(14);
    expect(await services("all")).toContain("com.amazonaws.eu-central-1.eks-auth");
    const plan = await planOf({ vpc: { endpoints: "all" } });
    expect(
      plan.find("cluster-endpoints", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs,
    ).toMatchObject({ cidrIpv4: "10.0.0.0/16", fromPort: 443, toPort: 443, ipProtocol: "tcp" });
  });
});

describe("nodes", () => {
  const template = async (section: object) =>
    (await planOf(section)).find("cluster-nodes-general", "aws:ec2/launchTemplate:LaunchTemplate").inputs;

  test("hand out no credentials to pods, are encrypted and tagged", async () => {
    expect(await template({})).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      monitoring: { enabled: true },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { encrypted: "true", kmsKeyId: expect.stringContaining("key/cluster-key") } },
        { deviceName: "/dev/xvdb", ebs: { encrypted: "true", volumeSize: 50, volumeType: "gp3" } },
      ],
    });
    const { tagSpecifications } = await template({ tags: { team: "platform" } });
    expect(tagSpecifications).toEqual(
      ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { team: "platform", "strata:stack": "eks", "strata:cluster": "strata-eks", Name: "strata-eks-general" },
      })),
    );
  });

  test("have a role that joins, hands out identities and pulls images", async () => {
    const attached = all(await planOf(), "iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ name }) => name.startsWith("cluster-nodes"))
      .map(({ inputs }) => inputs["policyArn"]);
    expect(attached).toEqual([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodeMinimalPolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
  });

  test.each([
    ["bottlerocket", "amd64", "m7i.large", "BOTTLEROCKET_x86_64", 2],
    ["bottlerocket", "arm64", "m7g.large", "BOTTLEROCKET_ARM_64", 2],
    ["al2023", "amd64", "m7i.large", "AL2023_x86_64_STANDARD", 1],
    ["al2023", "arm64", "m7g.large", "AL2023_ARM_64_STANDARD", 1],
  ])("%s on %s", async (os, architecture, type, amiType, volumes) => {
    const section = {
      nodes: { kind: "managed", groups: { general: { os, architecture, instanceTypes: [type], capacity: "spot" } } },
    };
    const plan = await planOf(section);
    expect(plan.find("cluster-nodes-general", "aws:eks/nodeGroup:NodeGroup").inputs).toMatchObject({
      amiType,
      capacityType: "SPOT",
      instanceTypes: [type],
      version: "1.35",
      scalingConfig: { minSize: 3, maxSize: 6, desiredSize: 3 },
    });
    expect((await template(section))["blockDeviceMappings"]).toHaveLength(volumes);
  });

  test("Auto Mode makes them, the pod network and the volumes by itself", async () => {
    const plan = await planOf({ nodes: { kind: "auto" } });
    expect(controlPlaneOf(plan)).toMatchObject({
      computeConfig: {
        enabled: true,
        nodePools: ["system", "general-purpose"],
        nodeRoleArn: expect.stringContaining("-nodes"),
      },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
    });
    expect(all(plan, "eks/addon:Addon")).toEqual([]);
    expect(all(plan, "eks/nodeGroup:NodeGroup")).toEqual([]);
    expect(plan.find("cluster-storage", "kubernetes:storage.k8s.io/v1:StorageClass").inputs).toMatchObject({
      provisioner: "ebs.csi.eks.amazonaws.com",
    });
  });
});

describe("add-ons and access", () => {
  test("each add-on is pinned, and the stack file may name another version", async () => {
    const plan = await planOf({ kubernetes: "1.34", addons: { coredns: "v1.12.4-eksbuild.1" } });
    const versions = Object.fromEntries(
      all(plan, "eks/addon:Addon").map(({ inputs }) => [inputs["addonName"], inputs["addonVersion"]]),
    );
    expect(versions).toEqual({ ...eksAddons["1.34"], coredns: "v1.12.4-eksbuild.1" });
  });

  test("the pod network gives out prefixes and enforces policies", async () => {
    const { inputs } = (await planOf()).find("cluster-node-addons-vpc-cni", "aws:eks/addon:Addon");
    expect(JSON.parse(String(inputs["configurationValues"]))).toMatchObject({
      enableNetworkPolicy: "true",
      env: { ENABLE_PREFIX_DELEGATION: "true" },
    });
  });

  test("administrators may all, viewers read without Secrets", async () => {
    const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const plan = await planOf({ admins: [arn("ops"), arn("team/ops")], viewers: [arn("dev")] });
    expect(all(plan, "eks/accessEntry:AccessEntry").length).toBe(3);
    expect(
      all(plan, "eks/accessPolicyAssociation:AccessPolicyAssociation").map(({ inputs }) => [
        inputs["principalArn"],
        inputs["policyArn"],
      ]),
    ).toEqual([
      [arn("ops"), "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"],
      [arn("team/ops"), "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"],
      [arn("dev"), "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"],
    ]);
  });

  test("a budget tells of 80 % spent and of a forecast above it", async () => {
    const budget = { monthlyUsd: 900, notify: ["ops@example.com"] };
    expect((await planOf({ budget })).find("cluster-budget", "aws:budgets/budget:Budget").inputs).toMatchObject({
      limitAmount: "900",
      costFilters: [{ name: "TagKeyValue", values: ["user:strata:stack$eks"] }],
      notifications: [
        { threshold: 80, notificationType: "ACTUAL" },
        { threshold: 100, notificationType: "FORECASTED" },
      ],
    });
  });

  test("credentials of another account are refused, and everything is tagged", async () => {
    expect((await planOf({ tags: { team: "platform" } })).find("cluster-aws").inputs).toMatchObject({
      region: "eu-central-1",
      // The engine hands a provider its lists and maps as JSON.
      allowedAccountIds: '["111122223333"]',
    });
  });
});
