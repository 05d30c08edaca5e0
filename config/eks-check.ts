// What a cluster on AWS could not be, or should not: said before anything is made.

import { partitionOf } from "../lib/aws/arn.ts";
import {
  alignedBlock,
  type Block,
  formatBlock,
  largestPrefix,
  overlap,
  parseBlock,
  serviceCidr,
  serviceCidrs,
  sizeOf,
  smallestPrefix,
} from "../lib/aws/subnets.ts";
import { clusterTag, stackTag } from "../lib/aws/tags.ts";
import { addonIssues } from "./eks-addons-check.ts";
import type { Issue } from "./issue.ts";
import type { Config, EksConfig } from "./schema.ts";

type Add = (path: readonly PropertyKey[], message: string) => void;

/** RFC 1918, and RFC 6598's for carriers. */
const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

const within = (inner: Block, outer: Block): boolean =>
  overlap(inner, outer) && sizeOf(inner) <= sizeOf(outer) && inner.first >= outer.first;

const isPrivate = (block: Block): boolean => privateBlocks.some((one) => within(block, parseBlock(one)));

/** A block is its first address and a length; any other address of it names the same block, and AWS refuses it. */
const alignment = (cidr: string): string | undefined => {
  const right = formatBlock(alignedBlock(parseBlock(cidr)));
  return right === cidr ? undefined : `${cidr} begins within a block. The block is written ${right}`;
};

const vpcIssues = ({ vpc }: EksConfig, add: Add): void => {
  const path = ["vpc", "cidr"];
  const block = parseBlock(vpc.cidr);
  const shifted = alignment(vpc.cidr);
  if (shifted !== undefined) add(path, shifted);
  else if (!isPrivate(block))
    add(
      path,
      `${vpc.cidr} is not private: its owners could not be reached. Allowed: a part of ${privateBlocks.join(", ")}`,
    );
  if (block.prefix < largestPrefix)
    add(path, `/${block.prefix} is larger than AWS makes a VPC. Allowed: /${largestPrefix} to /${smallestPrefix}`);
  if (block.prefix > smallestPrefix) {
    const fits = formatBlock(alignedBlock({ ...block, prefix: smallestPrefix }));
    add(
      path,
      `${vpc.cidr} is too small for a public, a private and an intra subnet in each zone. The smallest that fits is ${fits}`,
    );
  }
  vpc.connected.forEach((cidr, index) => {
    const shifted = alignment(cidr);
    if (shifted !== undefined) add(["vpc", "connected", index], shifted);
    else if (overlap(block, parseBlock(cidr)))
      add(
        path,
        `${vpc.cidr} overlaps with ${cidr}, which it is connected to (vpc.connected[${index}]): addresses of both could not be told apart. Take another block`,
      );
  });
  if (serviceCidr([vpc.cidr, ...vpc.connected]) === undefined)
    add(
      ["vpc", "connected"],
      `${serviceCidrs.join(" and ")} are taken, and Services need one of them. Leave out what pods never talk to`,
    );
  vpc.zones.forEach((zone, index) => {
    if (vpc.zones.indexOf(zone) !== index) add(["vpc", "zones", index], `zone ${zone} is named twice. Name each once`);
  });
};

const apiServerIssues = ({ apiServer }: EksConfig, add: Add): void => {
  if (apiServer.access !== "restricted") return;
  apiServer.from.forEach((cidr, index) => {
    const path = ["apiServer", "from", index];
    const shifted = alignment(cidr);
    if (parseBlock(cidr).prefix === 0)
      add(
        path,
        `${cidr} is everybody. Name the blocks that your people and pipelines come from, or set access to private`,
      );
    else if (shifted !== undefined) add(path, shifted);
    else if (isPrivate(parseBlock(cidr)))
      add(
        path,
        `${cidr} is private, and no such address arrives from outside. The VPC reaches the API server anyway: remove it`,
      );
  });
};

/** Graviton's families have a g after their generation: m7g, c7gn, x2gd, im4gn. The first had none: a1. */
export const architectureOf = (family: string): "amd64" | "arm64" =>
  /^(a1|[a-z]+\d+g[a-z]*)$/.test(family) ? "arm64" : "amd64";

const examples = { amd64: "m7i", arm64: "m7g" } as const;

interface Shape {
  readonly architecture: "amd64" | "arm64";
  readonly names: readonly string[];
}

const architectureIssues = ({ architecture, names }: Shape, path: readonly PropertyKey[], add: Add): void =>
  names.forEach((name, index) => {
    const found = architectureOf(name.replace(/\..*$/, ""));
    if (found !== architecture)
      add(
        [...path, index],
        `${name} is ${found}, and architecture is ${architecture}. Set architecture to ${found}, or take another type, such as ${name.replace(/^[^.]*/, examples[architecture])}`,
      );
  });

type Group = Extract<EksConfig["nodes"], { kind: "managed" }>["groups"][string];

const groupIssues = (group: Group, path: readonly PropertyKey[], add: Add): void => {
  if (group.min > group.max) add(path, `min (${group.min}) is more than max (${group.max}). Swap them`);
  architectureIssues({ architecture: group.architecture, names: group.instanceTypes }, [...path, "instanceTypes"], add);
};

const nodeIssues = ({ nodes }: EksConfig, add: Add): void => {
  if (nodes.kind === "managed")
    for (const [name, group] of Object.entries(nodes.groups)) groupIssues(group, ["nodes", "groups", name], add);
  if (nodes.kind !== "karpenter") return;
  groupIssues(nodes.system, ["nodes", "system"], add);
  if (nodes.system.min < 2)
    add(
      ["nodes", "system", "min"],
      `got ${nodes.system.min}. Karpenter runs twice, each on a node of its own. Set it to 2 or more`,
    );
  for (const [name, { architecture, families }] of Object.entries(nodes.pools))
    architectureIssues({ architecture, names: families }, ["nodes", "pools", name, "families"], add);
};

const principalIssues = ({ admins, viewers, region }: EksConfig, add: Add): void => {
  const seen = new Map<string, string>();
  const partition = partitionOf(region);
  for (const [list, principals] of Object.entries({ admins, viewers }))
    principals.forEach((principal, index) => {
      const other = seen.get(principal);
      if (other !== undefined)
        add([list, index], `${principal} is in ${other} already, and has one entry. Name it once`);
      seen.set(principal, list);
      if (!principal.startsWith(`arn:${partition}:`))
        add([list, index], `${principal} is of another partition than ${region}. It begins with arn:${partition}:`);
    });
};

const tagIssues = ({ tags }: EksConfig, add: Add): void => {
  for (const own of [stackTag, clusterTag, "Name"])
    if (own in tags)
      add(["tags", own], "is a tag of strata's own: policies and budgets go by it. Name yours otherwise");
  // AWS takes 50 for a resource; EKS and Kubernetes add some of their own.
  if (Object.keys(tags).length > 40) add(["tags"], `got ${Object.keys(tags).length}. Allowed: up to 40`);
};

/** Checks of the section `cluster`, also of one that a rehearsal stands for. */
export const eksIssues = (config: Partial<Config>): Issue[] => {
  const { cluster, network } = config;
  const eks = cluster?.kind === "eks" ? cluster : cluster?.kind === "kwok" ? cluster.rehearses : undefined;
  if (eks === undefined) return [];
  const issues: Issue[] = [];
  const add: Add = (path, message) => issues.push({ path: ["cluster", ...path], message });
  vpcIssues(eks, add);
  apiServerIssues(eks, add);
  nodeIssues(eks, add);
  principalIssues(eks, add);
  tagIssues(eks, add);
  addonIssues(eks, network, add);
  const cni = network?.cni.kind ?? "default";
  if (eks.nodes.kind === "auto" && cni !== "default")
    issues.push({
      path: ["network", "cni", "kind"],
      message: `${cni} can't be installed into nodes of EKS Auto Mode, which bring their pod network. Remove network.cni, or set cluster.nodes.kind to managed or karpenter`,
    });
  return issues;
};
