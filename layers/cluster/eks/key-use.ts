// What a role that makes encrypted volumes may do with the key, and with this key alone.
import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../../lib/aws/handle.ts";

export const volumeKeyStatements = (keyArn: pulumi.Input<string>): readonly Statement[] => [
  {
    sid: "EncryptVolumes",
    actions: [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    resources: [keyArn],
  },
  {
    sid: "AttachEncryptedVolumes",
    actions: ["kms:CreateGrant"],
    resources: [keyArn],
    conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  },
];
