// The account's stand-in, with a list of what it was asked for: what a component wants of AWS, as data.

import * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../../../config/schema.ts";
import type { AwsHandle, BucketArgs, DatabaseArgs, IdentityArgs, Statement } from "../../../lib/aws/handle.ts";
import { rehearsedAws } from "../../../lib/aws/rehearsal.ts";
import { outputValue } from "../../../tools/plan/record.ts";
import { parsedConfig } from "../network.ts";
import type { PolicyDocument } from "./policy-lint.ts";

export interface Asked {
  readonly identities: Map<string, IdentityArgs>;
  readonly buckets: Map<string, BucketArgs>;
  readonly databases: Map<string, DatabaseArgs>;
}

/** The smallest EKS cluster of a stack file, with changes. */
export const eksSection = {
  kind: "eks",
  region: "eu-central-1",
  account: "111122223333",
  apiServer: { access: "private" },
} as const;

export const eksConfig = (changes: Record<string, unknown> = {}): EksConfig => {
  const { cluster } = parsedConfig({ cluster: { ...eksSection, ...changes } });
  if (cluster.kind !== "eks") throw new Error("it is no EKS cluster");
  return cluster;
};

export const recordedAws = (changes: Partial<AwsHandle> = {}): { readonly aws: AwsHandle; readonly asked: Asked } => {
  const aws = { ...rehearsedAws("strata-eks", eksConfig()), ...changes };
  const asked: Asked = { identities: new Map(), buckets: new Map(), databases: new Map() };
  const once = <T>(map: Map<string, T>, name: string, value: T): void => {
    if (map.has(name)) throw new Error(`${name} is asked for twice`);
    map.set(name, value);
  };
  return {
    asked,
    aws: {
      ...aws,
      identity: (name, args) => {
        once(asked.identities, name, args);
        return aws.identity(name, args);
      },
      bucket: (name, args) => {
        once(asked.buckets, name, args);
        return aws.bucket(name, args);
      },
      database: (name, args) => {
        once(asked.databases, name, args);
        return aws.database(name, args);
      },
    },
  };
};

/** Statements as the document that IAM gets. */
export const policyOf = async (statements: readonly Statement[]): Promise<PolicyDocument> => ({
  Version: "2012-10-17",
  Statement: await outputValue(
    pulumi.all(
      statements.map(({ sid, actions, resources, conditions }) =>
        pulumi.all([pulumi.all([...resources]), pulumi.output(conditions)]).apply(([Resource, Condition]) => ({
          Sid: sid,
          Effect: "Allow" as const,
          Action: [...actions],
          Resource,
          ...(Condition && { Condition: Condition as Record<string, Record<string, string | string[]>> }),
        })),
      ),
    ),
  ),
});
