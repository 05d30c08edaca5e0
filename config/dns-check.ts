// What records need to be had, by who serves the zone and where the stack runs.
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import type { Config } from "./schema.ts";

type Sections = Partial<Pick<Config, "cluster" | "network">>;

const path = ["network", "dns"] as const;
const missing = (keys: readonly string[], message: string): Issue => ({
  path: [...path, ...keys],
  message: `missing. ${message}`,
});

const byRole = "On EKS the pods have a role of their own";

export const dnsProviderIssues = ({ cluster, network }: Sections): Issue[] => {
  const dns = network?.dns;
  if (dns === undefined || cluster === undefined) return [];
  const { provider, zones } = dns;
  const onEks = eksOf(cluster) !== undefined;
  const issues: Issue[] = [];
  if (!onEks && dns.target === undefined)
    issues.push(missing(["target"], "Give the address, or the name, under which the gateway is reached"));
  if (provider.kind !== "aws") return issues;
  if (onEks) {
    if (provider.zoneId === undefined)
      issues.push(
        missing(
          ["provider", "zoneId"],
          `${byRole}, for one zone. Its id is printed by: aws route53 list-hosted-zones-by-name --dns-name ${zones[0]}`,
        ),
      );
    for (const key of ["accessKeyId", "region"] as const)
      if (provider[key] !== undefined)
        issues.push({ path: [...path, "provider", key], message: `${byRole}, and need no login. Remove the key` });
    if (zones.length > 1)
      issues.push({
        path: [...path, "zones"],
        message: `zoneId is one zone, and these are ${zones.length}. Name the one that it is the id of`,
      });
    return issues;
  }
  if (provider.zoneId !== undefined)
    issues.push({
      path: [...path, "provider", "zoneId"],
      message: "It is for EKS, where the pods have a role for it. Remove the key",
    });
  for (const key of ["accessKeyId", "region"] as const)
    if (provider[key] === undefined)
      issues.push(missing(["provider", key], "Outside of EKS Route 53 is asked with an access key"));
  return issues;
};
