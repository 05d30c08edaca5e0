// An EKS cluster of the stack file, with the network it runs in. Nothing here is looked up: a preview needs no account.
import { z } from "zod";
import { eksVersions } from "../versions.ts";
import { DnsLabel } from "./scalars.ts";

/** AWS region: commercial, GovCloud, China, ISO. */
export const Region = z
  .string()
  .regex(/^[a-z]{2,3}(-[a-z]+)+-\d$/, { error: 'Expected a region, for example "eu-central-1"' });

export const Account = z
  .string({ error: 'Expected the 12 digits in quotes, for example "111122223333"' })
  .regex(/^\d{12}$/, { error: 'Expected the 12 digits in quotes, for example "111122223333"' });

/** IPv4 block in CIDR notation; whether its host bits are zero is for config/eks-check.ts to say. */
export const Cidr = z.cidrv4({ error: 'Expected an IPv4 block, for example "10.0.0.0/16"' });

/** Of a role or user. A session's ARN (sts) is no principal of an access entry. */
export const PrincipalArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, {
  error: 'Expected a role or user, for example "arn:aws:iam::111122223333:role/Admin"',
});

/** What CloudWatch Logs takes as a retention, in days. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const Retention = z.literal(retentions, {
  error: `Expected a retention of CloudWatch Logs: ${retentions.join(", ")} days`,
});

const Vpc = z
  .strictObject({
    cidr: Cidr.default("10.0.0.0/16").describe("Divided into a public, a private and an intra subnet for each zone"),
    zones: z
      .array(z.string().regex(/^[a-f]$/, { error: 'Expected the letter of a zone, for example "a"' }))
      .min(2, { error: 'Expected two zones or more: EKS takes no single one. For example ["a", "b", "c"]' })
      .max(6)
      .default(["a", "b", "c"])
      .describe("Letters of the region's availability zones"),
    connected: z
      .array(Cidr)
      .default([])
      .describe(
        "Blocks of the networks that it is connected to, or will be: offices, other VPCs. None may overlap with it",
      ),
    nat: z
      .enum(["single", "zonal"])
      .default("zonal")
      .describe("One NAT gateway for all zones, or one in each: a zone that fails then takes no other with it"),
    endpoints: z
      .enum(["s3", "all"])
      .default("s3")
      .describe(
        "VPC endpoints: of S3 alone, which costs nothing, or of every AWS service that nodes and controllers call",
      ),
    flowLogDays: Retention.default(90).describe("How long the VPC's flow logs are kept"),
  })
  .describe("The network, made for this cluster");

const ApiServer = z.discriminatedUnion("access", [
  z
    .strictObject({
      access: z.literal("restricted"),
      from: z.array(Cidr).min(1).max(40).describe("Blocks of public addresses that reach it, beside the VPC"),
    })
    .describe("Private, and public for the given blocks"),
  z
    .strictObject({ access: z.literal("private") })
    .describe("From the VPC and what is connected to it: strata must run there"),
]);

/** What every group and pool of nodes chooses. */
const nodeFields = {
  architecture: z.enum(["amd64", "arm64"]).default("amd64"),
  diskGiB: z.int().min(20).max(16384).default(50).describe("Encrypted gp3 volume for images, logs and emptyDir"),
};

const InstanceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: 'Expected an instance type, for example "m7i.large"' });

const NodeGroup = z.strictObject({
  ...nodeFields,
  instanceTypes: z
    .array(InstanceType)
    .min(1)
    .max(20)
    .default(["m7i.large"])
    .describe("Several help where capacity is spot"),
  capacity: z.enum(["on-demand", "spot"]).default("on-demand"),
  os: z.enum(["bottlerocket", "al2023"]).default("bottlerocket"),
  release: z
    .string()
    .min(1)
    .exactOptional()
    .describe("AMI release that nodes have. Default: the newest for the Kubernetes version when the group is made"),
  min: z.int().min(0).max(450).default(3),
  max: z.int().min(1).max(450).default(6),
});

const NodePool = z.strictObject({
  ...nodeFields,
  capacity: z
    .array(z.enum(["on-demand", "spot"]))
    .min(1)
    .max(2)
    .default(["spot", "on-demand"]),
  families: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*$/))
    .min(1)
    .default(["m7i", "m6i", "c7i", "r7i"])
    .describe("Instance families to choose from"),
  cpuLimit: z.int().min(1).max(10000).default(64).describe("Cores that the pool may have altogether"),
});

const Nodes = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("managed"),
      groups: z
        .record(DnsLabel, NodeGroup)
        .refine((groups) => Object.keys(groups).length > 0, { error: "Expected one group or more" })
        .prefault({ general: {} }),
    })
    .describe("Managed node groups of a fixed range"),
  z
    .strictObject({
      kind: z.literal("karpenter"),
      system: NodeGroup.prefault({ min: 2, max: 3 }).describe("Managed group that Karpenter itself runs on"),
      pools: z
        .record(DnsLabel, NodePool)
        .refine((pools) => Object.keys(pools).length > 0, { error: "Expected one pool or more" })
        .prefault({ general: {} }),
    })
    .describe("Karpenter makes nodes for the pods that there are, and takes them away"),
  z
    .strictObject({
      kind: z.literal("auto"),
      pools: z
        .array(z.enum(["system", "general-purpose"]))
        .min(1)
        .default(["system", "general-purpose"]),
    })
    .describe(
      "EKS Auto Mode: AWS runs the nodes, the pod network, the volumes' driver and the load balancers' controller",
    ),
]);

export const addonNames = ["vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver", "eks-pod-identity-agent"] as const;

const AddonVersion = z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, {
  error: 'Expected a version of an EKS add-on, for example "v1.13.2-eksbuild.4"',
});

const Budget = z
  .strictObject({
    monthlyUsd: z.int().min(1),
    notify: z.array(z.email()).min(1).max(10).describe("Told at 80 % spent, and when more than all is forecast"),
  })
  .describe("A budget for what bears this stack's tag");

export const EksSchema = z
  .strictObject({
    kind: z.literal("eks"),
    name: DnsLabel.exactOptional().describe("Cluster name. Default: strata-<stack>"),
    region: Region,
    account: Account.describe("Account it belongs to. Credentials of another one are refused"),
    kubernetes: z.enum(eksVersions).default("1.35"),
    vpc: Vpc.prefault({}),
    apiServer: ApiServer,
    nodes: Nodes.prefault({ kind: "managed" }),
    admins: z
      .array(PrincipalArn)
      .default([])
      .describe("Roles and users with all rights in the cluster, beside the one that makes it"),
    viewers: z.array(PrincipalArn).default([]).describe("Roles and users that may read it, Secrets aside"),
    addons: z
      .partialRecord(z.enum(addonNames), AddonVersion)
      .default({})
      .describe("Another version of an EKS add-on than versions.ts names"),
    logDays: Retention.default(90).describe("How long the control plane's logs are kept"),
    protect: z
      .literal([true, "data", false], { error: 'Expected true, "data" or false' })
      .default(true)
      .describe(
        "What can't be deleted, by AWS's own protection and the engine's: the control plane and all that holds data, or with data the key, buckets and database alone, so that the cluster can be rebuilt around them. To destroy everything: set it to false, up, destroy",
      ),
    budget: Budget.exactOptional(),
    tags: z
      .record(
        z
          .string()
          .min(1)
          .max(128)
          .regex(/^(?!aws:)/, { error: "aws: is AWS's own" }),
        z.string().max(256),
      )
      .default({})
      .describe("On everything, beside strata:stack, strata:cluster and Name"),
  })
  .describe("An EKS cluster in a VPC of its own");
