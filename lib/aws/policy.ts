// IAM policies as documents, and the few actions that may be allowed on everything.
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./handle.ts";

/** Actions that know no resource: AWS takes `*` only. Reading alone; each is needed by the controller behind it. */
export const unscopedActions: readonly string[] = [
  // The volumes' driver.
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeVolumes",
  "ec2:DescribeVolumesModifications",
  "ec2:DescribeVolumeStatus",
  // The volumes' driver, the pod network, Karpenter.
  "ec2:DescribeInstances",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeTags",
  // The pod network, Karpenter.
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  // Karpenter: what there is to choose from, and what it costs.
  "ec2:DescribeCapacityReservations",
  "ec2:DescribeImages",
  "ec2:DescribeInstanceStatus",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeLaunchTemplates",
  "ec2:DescribePlacementGroups",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSpotPriceHistory",
  "iam:ListInstanceProfiles",
  "pricing:GetProducts",
  // The VPC's flow log finds its group.
  "logs:DescribeLogGroups",
  // Load balancers; EC2 is asked for what the volumes' driver and Karpenter ask for too.
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAddresses",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeRouteTables",
  "ec2:DescribeVpcs",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListenerCertificates",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  // ExternalDNS finds its zone by going through all.
  "route53:ListHostedZones",
];

/** Throws for a statement that allows more than this cluster's own: a mistake in the program, never in the stack file. */
const check = ({ sid, actions, resources }: Statement): void => {
  if (!/^[A-Za-z0-9]+$/.test(sid)) throw new Error(`The policy statement "${sid}" needs a name of letters and digits`);
  if (actions.length === 0 || resources.length === 0) throw new Error(`The policy statement ${sid} allows nothing`);
  const wild = actions.filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action));
  if (wild.length > 0) throw new Error(`The policy statement ${sid} names no single action: ${wild.join(", ")}`);
  const open = resources.includes("*") ? actions.filter((action) => !unscopedActions.includes(action)) : [];
  if (open.length > 0)
    throw new Error(
      `The policy statement ${sid} allows on every resource, not in lib/aws/policy.ts: ${open.join(", ")}`,
    );
};

/** A statement as IAM writes it. Throws for one that is too wide. */
export const allow = (statement: Statement) => {
  check(statement);
  return {
    Sid: statement.sid,
    Effect: "Allow",
    Action: statement.actions,
    Resource: statement.resources,
    ...(statement.conditions && { Condition: statement.conditions }),
  };
};

/** JSON of a policy: known in a preview where every part of it is. */
export const policyDocument = (statements: readonly object[]): pulumi.Output<string> =>
  pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });

/** JSON of a policy of a role. */
export const identityPolicy = (statements: readonly Statement[]): pulumi.Output<string> =>
  policyDocument(statements.map(allow));
