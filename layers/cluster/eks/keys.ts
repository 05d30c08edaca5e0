// One key encrypts what this cluster stores: its Secrets, its logs, its volumes, its buckets and databases.
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import type * as pulumi from "@pulumi/pulumi";
import { arn, dnsSuffix, globalArn, type Scope } from "../../../lib/aws/arn.ts";
import { policyDocument } from "../../../lib/aws/policy.ts";
import { Component } from "../../../lib/component.ts";
import { databaseLogGroup, logGroups } from "./logs.ts";
import type { EksScope } from "./scope.ts";

/** Days in which a deletion can be taken back; the most that KMS offers. */
const deletionWindowDays = 30;

const use = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];

/**
 * The key's policy. Roles of this account get the rest by policies of their own, each for this key alone.
 *
 * Nodes' volumes are made by Auto Scaling's own role. A principal that is not there yet is refused in a policy, and in an empty account
 * that role is not: so it is named in a condition.
 */
export const keyStatements = (scope: Scope & { readonly clusterName: string }): readonly object[] => {
  const { account, region, partition, clusterName } = scope;
  const autoScaling = globalArn(
    scope,
    "iam",
    "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
  );
  const byAutoScaling = {
    StringEquals: { "kms:CallerAccount": account },
    ArnEquals: { "aws:PrincipalArn": autoScaling },
  };
  return [
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: { AWS: globalArn(scope, "iam", "root") },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "LogsOfThisCluster",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.${dnsSuffix(partition)}` },
      Action: use,
      Resource: "*",
      Condition: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": [
            ...Object.values(logGroups(clusterName)),
            databaseLogGroup(`${clusterName}-*`),
          ].map((group) => arn(scope, "logs", `log-group:${group}`)),
        },
      },
    },
    {
      Sid: "VolumesOfNodes",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: use,
      Resource: "*",
      Condition: byAutoScaling,
    },
    {
      Sid: "VolumesOfNodesAttached",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { ...byAutoScaling, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
};

export interface DataKeyArgs {
  readonly scope: EksScope;
}

export class DataKey extends Component {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { scope }: DataKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "DataKey", name, options);
    const key = new Key(
      name,
      {
        description: `What the cluster ${scope.clusterName} stores`,
        enableKeyRotation: true,
        deletionWindowInDays: deletionWindowDays,
        policy: policyDocument(keyStatements(scope)),
        tags: { Name: scope.clusterName },
      },
      // What it encrypted is lost with it.
      { parent: this, protect: scope.config.protect !== false },
    );
    new Alias(name, { name: `alias/${scope.clusterName}`, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.registerOutputs({ arn: key.arn });
  }
}
