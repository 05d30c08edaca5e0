// Networks and gateways that an EKS cluster can't have, with the reason.
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import type { Config } from "./schema.ts";

export const awsNetworkIssues = ({ cluster, network }: Partial<Config>): Issue[] => {
  if (eksOf(cluster) === undefined || network === undefined) return [];
  const issues: Issue[] = [];
  const refuse = (section: "cni" | "ingress", message: string) =>
    issues.push({ path: ["network", section, "kind"], message });
  if (network.cni.kind === "calico")
    refuse(
      "cni",
      "Calico's overlay gives pods addresses that the VPC does not know: neither the API server's calls of webhooks nor load balancers reach them. Leave network.cni out, or set it to cilium",
    );
  if (network.ingress.kind === "cilium")
    refuse(
      "ingress",
      "Cilium's gateway listens on the nodes here, which no load balancer of AWS is pointed at. Set it to traefik",
    );
  return issues;
};
