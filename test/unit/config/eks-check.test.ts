import { describe, expect, test } from "vitest";
import { architectureOf } from "../../../config/eks-check.ts";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { eksSection } from "../../support/aws/eks-plan.ts";

const issuesOf = (section: object, network: object = {}, overrides: { cluster?: string } = {}): readonly string[] => {
  const sections = {
    cluster: JSON.stringify({ ...eksSection, ...section }),
    network: JSON.stringify(network),
  };
  try {
    parseConfig({ file: "Pulumi.eks.yaml", sections, overrides });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const group = (fields: object) => ({ nodes: { kind: "managed", groups: { general: fields } } });
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

describe("a mistake is one message: where, what, what is allowed", () => {
  test.each<[string, object, string[]]>([
    ["the default", {}, []],
    [
      "a block that begins within another",
      { vpc: { cidr: "10.0.1.0/16" } },
      ["strata:cluster.vpc.cidr: 10.0.1.0/16 begins within a block. The block is written 10.0.0.0/16"],
    ],
    [
      "addresses of somebody else",
      { vpc: { cidr: "8.8.0.0/16" } },
      [
        "strata:cluster.vpc.cidr: 8.8.0.0/16 is not private: its owners could not be reached. Allowed: a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
      ],
    ],
    [
      "a block that is too small",
      { vpc: { cidr: "10.1.4.0/22" } },
      [
        "strata:cluster.vpc.cidr: 10.1.4.0/22 is too small for a public, a private and an intra subnet in each zone. The smallest that fits is 10.1.0.0/21",
      ],
    ],
    [
      "a block larger than a VPC",
      { vpc: { cidr: "10.0.0.0/8" } },
      ["strata:cluster.vpc.cidr: /8 is larger than AWS makes a VPC. Allowed: /16 to /21"],
    ],
    [
      "a zone twice",
      { vpc: { zones: ["a", "b", "a"] } },
      ["strata:cluster.vpc.zones[2]: zone a is named twice. Name each once"],
    ],
    ["a VPC of carriers' addresses", { vpc: { cidr: "100.64.0.0/16" } }, []],
    ["a VPC where EKS would put the Services", { vpc: { cidr: "172.20.0.0/16" } }, []],
    [
      "an API server for everybody",
      { apiServer: { access: "restricted", from: ["0.0.0.0/0"] } },
      [
        "strata:cluster.apiServer.from[0]: 0.0.0.0/0 is everybody. Name the blocks that your people and pipelines come from, or set access to private",
      ],
    ],
    [
      "private addresses from outside",
      { apiServer: { access: "restricted", from: ["192.168.0.0/24"] } },
      [
        "strata:cluster.apiServer.from[0]: 192.168.0.0/24 is private, and no such address arrives from outside. The VPC reaches the API server anyway: remove it",
      ],
    ],
    [
      "fewer nodes than the fewest",
      group({ min: 3, max: 1 }),
      ["strata:cluster.nodes.groups.general: min (3) is more than max (1). Swap them"],
    ],
    [
      "an instance type of another architecture",
      group({ instanceTypes: ["m7i.large", "m7g.xlarge"] }),
      [
        "strata:cluster.nodes.groups.general.instanceTypes[1]: m7g.xlarge is arm64, and architecture is amd64. Set architecture to arm64, or take another type, such as m7i.xlarge",
      ],
    ],
    ["arm64 and its types", group({ architecture: "arm64", instanceTypes: ["c7gn.large"] }), []],
    [
      "families of another architecture",
      { nodes: { kind: "karpenter", pools: { arm: { architecture: "arm64", families: ["m7i"] } } } },
      [
        "strata:cluster.nodes.pools.arm.families[0]: m7i is amd64, and architecture is arm64. Set architecture to amd64, or take another type, such as m7g",
      ],
    ],
    [
      "one node for two Karpenters",
      { nodes: { kind: "karpenter", system: { min: 1 } } },
      ["strata:cluster.nodes.system.min: got 1. Karpenter runs twice, each on a node of its own. Set it to 2 or more"],
    ],
    ["spot instances of one type", group({ capacity: "spot" }), []],
    [
      "kube-proxy of another minor",
      { kubernetes: "1.35", addons: { "kube-proxy": "v1.34.6-eksbuild.13" } },
      [
        "strata:cluster.addons.kube-proxy: v1.34.6-eksbuild.13 does not fit Kubernetes 1.35. Allowed: v1.35.x. Remove it to use v1.35.3-eksbuild.13",
      ],
    ],
    [
      "a pod network without network policies",
      { addons: { "vpc-cni": "v1.13.4-eksbuild.1" } },
      [
        "strata:cluster.addons.vpc-cni: v1.13.4-eksbuild.1 enforces no network policies. Allowed: v1.14.0 and later. Remove it to use v1.22.4-eksbuild.3",
      ],
    ],
    ["the pod network's first with them", { addons: { "vpc-cni": "v1.14.0-eksbuild.3" } }, []],
    [
      "a network that it is connected to, with the same addresses",
      { vpc: { cidr: "10.0.0.0/16", connected: ["192.168.0.0/16", "10.0.128.0/20"] } },
      [
        "strata:cluster.vpc.cidr: 10.0.0.0/16 overlaps with 10.0.128.0/20, which it is connected to (vpc.connected[1]): addresses of both could not be told apart. Take another block",
      ],
    ],
    [
      "both blocks of Services taken",
      { vpc: { connected: ["172.16.0.0/12", "10.96.0.0/11"] } },
      [
        "strata:cluster.vpc.connected: 172.20.0.0/16 and 10.100.0.0/16 are taken, and Services need one of them. Leave out what pods never talk to",
      ],
    ],
    ["one of them", { vpc: { connected: ["172.16.0.0/12"] } }, []],
    [
      "CoreDNS that EKS does not offer for it",
      { kubernetes: "1.36", addons: { coredns: "v1.12.4-eksbuild.1" } },
      [
        "strata:cluster.addons.coredns: v1.12.4-eksbuild.1 does not fit Kubernetes 1.36. Allowed: v1.14.x. Remove it to use v1.14.3-eksbuild.3",
      ],
    ],
    [
      "an add-on that Auto Mode brings",
      { nodes: { kind: "auto" }, addons: { coredns: "v1.14.3-eksbuild.3" } },
      ["strata:cluster.addons.coredns: EKS Auto Mode brings it along, in a version of its own. Remove it"],
    ],
    [
      "a Kubernetes that EKS has no more",
      { kubernetes: "1.29" },
      ['strata:cluster.kubernetes: "1.29" is not allowed. Allowed: 1.34, 1.35, 1.36'],
    ],
    [
      "one zone",
      { vpc: { zones: ["a"] } },
      [
        'strata:cluster.vpc.zones: got ["a"]. Expected two zones or more: EKS takes no single one. For example ["a", "b", "c"]',
      ],
    ],
    [
      "one principal in both lists",
      { admins: [role("ops")], viewers: [role("ops")] },
      [`strata:cluster.viewers[0]: ${role("ops")} is in admins already, and has one entry. Name it once`],
    ],
    [
      "a principal of another partition",
      { admins: ["arn:aws-cn:iam::111122223333:role/ops"] },
      [
        "strata:cluster.admins[0]: arn:aws-cn:iam::111122223333:role/ops is of another partition than eu-central-1. It begins with arn:aws:",
      ],
    ],
    [
      "strata's own tag",
      { tags: { "strata:cluster": "x" } },
      [
        "strata:cluster.tags.strata:cluster: is a tag of strata's own: policies and budgets go by it. Name yours otherwise",
      ],
    ],
  ])("%s", (_, section, expected) => {
    expect(issuesOf(section)).toEqual(expected);
  });

  test("a pod network in nodes that bring theirs", () => {
    expect(issuesOf({ nodes: { kind: "auto" } }, { cni: { kind: "cilium" } })).toEqual([
      "strata:network.cni.kind: cilium can't be installed into nodes of EKS Auto Mode, which bring their pod network. Remove network.cni, or set cluster.nodes.kind to managed or karpenter",
    ]);
  });

  test("AWS's pod network where another one is installed", () => {
    expect(issuesOf({ addons: { "vpc-cni": "v1.22.4-eksbuild.3" } }, { cni: { kind: "cilium" } })).toEqual([
      "strata:cluster.addons.vpc-cni: network.cni is cilium, so the pod network of AWS is not installed. Remove it",
    ]);
  });

  test("a rehearsal hears of the same mistakes", () => {
    expect(issuesOf({ vpc: { cidr: "10.0.0.0/24" } }, {}, { cluster: "kwok" })).toEqual([
      "strata:cluster.vpc.cidr: 10.0.0.0/24 is too small for a public, a private and an intra subnet in each zone. The smallest that fits is 10.0.0.0/21",
    ]);
  });
});

test.each([
  ["m7i", "amd64"],
  ["m7i-flex", "amd64"],
  ["m7g", "arm64"],
  ["c7gn", "arm64"],
  ["x2gd", "arm64"],
  ["im4gn", "arm64"],
  ["is4gen", "arm64"],
  ["g5g", "arm64"],
  ["a1", "arm64"],
  ["g4dn", "amd64"],
  ["g6", "amd64"],
  ["x2iedn", "amd64"],
])("family %s is %s", (family, architecture) => {
  expect(architectureOf(family)).toBe(architecture);
});
