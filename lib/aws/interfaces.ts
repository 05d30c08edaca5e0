// Network interfaces for pods, whoever makes them: the add-on of AWS, or Cilium's operator.
import type { Statement } from "./handle.ts";

type Conditions = NonNullable<Statement["conditions"]>;

/**
 * Making interfaces that are asked for with this cluster's tag, in this VPC alone.
 *
 * @param ec2 ARN of a resource of EC2 in the account.
 */
export const makeInterfaces = (
  ec2: (resource: string) => string,
  { requested, inVpc }: { readonly requested: Conditions; readonly inVpc: Conditions },
): readonly Statement[] => [
  {
    sid: "MakeInterfaces",
    actions: ["ec2:CreateNetworkInterface"],
    resources: [ec2("network-interface/*")],
    conditions: requested,
  },
  {
    sid: "MakeThemInThisVpc",
    actions: ["ec2:CreateNetworkInterface"],
    resources: [ec2("subnet/*"), ec2("security-group/*")],
    conditions: inVpc,
  },
];
