// ARNs as text, from what the stack file says: a preview knows them, and a policy names exactly these.

export interface Scope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Partition of a region. */
export const partitionOf = (region: string): string => {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
};

/** DNS suffix of a partition's services. */
export const dnsSuffix = (partition: string): string => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");

/** `arn:<partition>:<service>:<region>:<account>:<resource>` */
export const arn = ({ partition, region, account }: Scope, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** Of a service without regions, such as IAM. */
export const globalArn = ({ partition, account }: Scope, service: string, resource: string): string =>
  `arn:${partition}:${service}::${account}:${resource}`;

/** Buckets and hosted zones have neither region nor account in theirs. */
export const bareArn = ({ partition }: Pick<Scope, "partition">, service: string, resource: string): string =>
  `arn:${partition}:${service}:::${resource}`;

/** Policy of AWS's own. */
export const managedPolicyArn = ({ partition }: Pick<Scope, "partition">, name: string): string =>
  `arn:${partition}:iam::aws:policy/${name}`;
