// What External Secrets may read in the account: the secrets below one prefix. Pure.
import { arn, dnsSuffix } from "../../../lib/aws/arn.ts";
import type { AwsHandle, Statement } from "../../../lib/aws/handle.ts";
import { nameBelow, type SecretService } from "../../../lib/aws/secret-names.ts";

interface Reading {
  readonly service: "secretsmanager" | "ssm";
  readonly actions: readonly string[];
  readonly resource: string;
  /** Key of the encryption context that names what is decrypted. */
  readonly context: string;
}

const readings: Readonly<Record<SecretService, (below: string) => Reading>> = {
  SecretsManager: (below) => ({
    service: "secretsmanager",
    actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    resource: `secret:${below}*`,
    context: "SecretARN",
  }),
  ParameterStore: (below) => ({
    service: "ssm",
    actions: ["ssm:GetParameter"],
    resource: `parameter${below}*`,
    context: "PARAMETER_ARN",
  }),
};

export const secretStatements = (
  aws: Pick<AwsHandle, "partition" | "region" | "account" | "dataKeyArn">,
  kind: SecretService,
  prefix: string,
): readonly Statement[] => {
  const { service, actions, resource, context } = readings[kind](nameBelow(kind, prefix));
  const secrets = arn(aws, service, resource);
  return [
    { sid: "Read", actions, resources: [secrets] },
    {
      // Of what the cluster's own key encrypts; AWS's key for the service needs no permission.
      sid: "Decrypt",
      actions: ["kms:Decrypt"],
      resources: [aws.dataKeyArn],
      conditions: {
        StringEquals: { "kms:ViaService": `${service}.${aws.region}.${dnsSuffix(aws.partition)}` },
        StringLike: { [`kms:EncryptionContext:${context}`]: secrets },
      },
    },
  ];
};
