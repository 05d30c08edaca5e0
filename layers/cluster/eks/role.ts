// IAM roles: who takes one on, and what it may.
import { createHash } from "node:crypto";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { managedPolicyArn, type Scope } from "../../../lib/aws/arn.ts";
import type { Statement } from "../../../lib/aws/handle.ts";
import { identityPolicy, policyDocument } from "../../../lib/aws/policy.ts";

/** Roles are the whole account's, so the region is in the name: <cluster>-<region>-<purpose>, at most IAM's 64 characters. */
export const roleName = (clusterName: string, { region }: Pick<Scope, "region">, purpose: string): string => {
  const name = `${clusterName}-${region}-${purpose}`;
  if (name.length <= 64) return name;
  return `${name.slice(0, 55)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
};

export interface RoleArgs {
  readonly roleName: string;
  readonly scope: Scope;
  /** Statement of its trust policy. */
  readonly trust: object;
  /** Names of AWS's own policies. */
  readonly managed?: readonly string[];
  readonly statements?: readonly Statement[];
}

export interface RoleHandle {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** The ARN. Waits until the role may what it is for. */
  readonly ready: pulumi.Output<string>;
  readonly resource: Role;
  /** What it may. Deleted after whoever names these in dependsOn: a service that loses its role too early cannot clean up. */
  readonly permissions: readonly pulumi.Resource[];
}

/** Trust in a service of AWS's, on behalf of that resource of this account only. */
export const serviceTrust = (
  service: string,
  sourceArn: string,
  actions: readonly string[] = ["sts:AssumeRole"],
): object => ({
  Effect: "Allow",
  Principal: { Service: service },
  Action: actions,
  Condition: { ArnLike: { "aws:SourceArn": sourceArn } },
});

/** Trust in EC2's instances. They name no source. */
export const instanceTrust = ({ partition }: Scope) => ({
  Effect: "Allow",
  Principal: { Service: partition === "aws-cn" ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com" },
  Action: ["sts:AssumeRole"],
});

export const createRole = (name: string, args: RoleArgs, options: pulumi.CustomResourceOptions): RoleHandle => {
  const role = new Role(
    `${name}-role`,
    { name: args.roleName, assumeRolePolicy: policyDocument([args.trust]) },
    // Its name is taken until it is gone.
    { ...options, deleteBeforeReplace: true },
  );
  const attachments = (args.managed ?? []).map(
    (policy) =>
      new RolePolicyAttachment(
        `${name}-role-${policy}`,
        { role: role.name, policyArn: managedPolicyArn(args.scope, policy) },
        options,
      ),
  );
  const statements = args.statements ?? [];
  const own =
    statements.length === 0
      ? []
      : [
          new RolePolicy(
            `${name}-role`,
            { role: role.name, name: "strata", policy: identityPolicy(statements) },
            options,
          ),
        ];
  const permissions = [...attachments, ...own];
  return {
    name: role.name,
    arn: role.arn,
    ready: pulumi.all([role.arn, ...permissions.map(({ id }) => id)]).apply(([arn]) => arn ?? ""),
    resource: role,
    permissions,
  };
};
