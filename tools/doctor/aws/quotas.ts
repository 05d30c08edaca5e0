// Is there room in the account for a new cluster: networks, public addresses, cores.
import type { EksConfig } from "../../../config/schema.ts";
import type { Check } from "../checks.ts";
import { type AwsAccess, ask, check, reasonOf } from "./index.ts";

interface Quota {
  readonly name: string;
  readonly service: string;
  /** Code of Service Quotas. */
  readonly code: string;
  readonly needed: number;
  /** Prints how many there are already; none: all of the quota is taken for free. */
  readonly used?: readonly string[];
}

/** Cores of an instance type by its size. A guess for sizes such as metal, which count as one node's least. */
export const coresOf = (type: string): number => {
  const size = type.split(".")[1] ?? "";
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  if (times !== undefined) return 4 * Number(times || 1);
  return size === "medium" || size === "small" || size === "micro" || size === "nano" ? 1 : 2;
};

/** Cores of on-demand nodes that the first up asks for. */
export const coresWanted = ({ nodes }: EksConfig): number => {
  if (nodes.kind === "auto") return 0;
  const groups = nodes.kind === "managed" ? Object.values(nodes.groups) : [nodes.system];
  return groups
    .filter(({ capacity }) => capacity === "on-demand")
    .reduce((sum, { instanceTypes, min }) => sum + min * Math.max(...instanceTypes.map(coresOf)), 0);
};

const quotasOf = (cluster: EksConfig): readonly Quota[] => [
  {
    name: "VPCs",
    service: "vpc",
    code: "L-F678F1CE",
    needed: 1,
    used: ["ec2", "describe-vpcs", "--query", "length(Vpcs)"],
  },
  {
    name: "public addresses",
    service: "ec2",
    code: "L-0263D0A3",
    needed: cluster.vpc.nat === "single" ? 1 : cluster.vpc.zones.length,
    used: ["ec2", "describe-addresses", "--query", "length(Addresses)"],
  },
  { name: "on-demand cores", service: "ec2", code: "L-1216C47A", needed: coresWanted(cluster) },
];

const quotaCheck = async (quota: Quota, region: string, access: AwsAccess): Promise<Check> => {
  const name = `quota of ${quota.name}`;
  const [limit, used] = await Promise.all([
    ask<{ readonly Quota: { readonly Value: number } }>(access, [
      "service-quotas",
      "get-service-quota",
      "--service-code",
      quota.service,
      "--quota-code",
      quota.code,
      "--region",
      region,
    ]),
    quota.used ? ask<number>(access, [...quota.used, "--region", region]) : { value: 0 },
  ]);
  if ("error" in limit || "error" in used) {
    const error = "error" in limit ? limit.error : "error" in used ? used.error : "";
    return check(
      name,
      "WARN",
      `could not be checked: ${reasonOf(error)}`,
      "Allow servicequotas:GetServiceQuota and ec2:Describe*",
    );
  }
  const total = limit.value.Quota.Value;
  const free = total - used.value;
  const says = `${quota.needed} needed, ${quota.used ? `${free} of ${total} free` : `${total} altogether`}`;
  return free >= quota.needed
    ? check(name, "PASS", says)
    : check(
        name,
        "FAIL",
        says,
        `Ask for more: aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} --region ${region} --desired-value ${used.value + quota.needed}`,
      );
};

export const quotaChecks = (cluster: EksConfig, access: AwsAccess): Promise<readonly Check[]> =>
  Promise.all(quotasOf(cluster).map((quota) => quotaCheck(quota, cluster.region, access)));
