// An account for tests of one layer: what is asked of it is kept, and each answer is a resource that whoever reads it waits for.
import * as pulumi from "@pulumi/pulumi";
import type { AwsHandle, CertificateArgs, IdentityArgs, Statement } from "../../../lib/aws/handle.ts";
import type { PolicyDocument } from "./policy-lint.ts";

/** Stands for what layer 1 makes; `made` waits for it. */
class Made extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<string>;

  constructor(name: string, made: string) {
    super("test:aws:Made", name, { made });
  }
}

const made = (name: string, value: string): pulumi.Output<string> => new Made(name, value).made;

export interface RecordedAws {
  readonly aws: AwsHandle;
  readonly identities: Map<string, IdentityArgs>;
  readonly certificates: Map<string, CertificateArgs>;
}

/** Call it inside the program of `recordPlan`. */
export const recordedAws = (changes: Partial<AwsHandle> = {}): RecordedAws => {
  const identities = new Map<string, IdentityArgs>();
  const certificates = new Map<string, CertificateArgs>();
  const scope = { partition: "aws", region: "eu-central-1", account: "111122223333" };
  const aws: AwsHandle = {
    ...scope,
    clusterName: "strata-test",
    vpcCidr: "10.0.0.0/16",
    vpcId: made("aws-vpc", "vpc-0123456789abcdef0"),
    publicSubnetIds: pulumi.all([made("aws-subnet-a", "subnet-a"), made("aws-subnet-b", "subnet-b")]),
    dataKeyArn: made("aws-data-key", "arn:aws:kms:eu-central-1:111122223333:key/data"),
    tags: { "strata:cluster": "strata-test", team: "platform" },
    operational: made("aws-operational", "strata-test"),
    nodes: "managed",
    identity: (name, args) => {
      identities.set(name, args);
      return made(`aws-identity-${name}`, args.serviceAccount);
    },
    bucket: () => {
      throw new Error("no bucket is expected here");
    },
    database: () => {
      throw new Error("no database is expected here");
    },
    certificate: (name, args) => {
      certificates.set(name, args);
      return made(`aws-certificate-${name}`, "arn:aws:acm:eu-central-1:111122223333:certificate/1");
    },
    ...changes,
  };
  return { aws, identities, certificates };
};

const plain = (value: pulumi.Input<string> | readonly pulumi.Input<string>[]): Promise<string | string[]> =>
  new Promise((resolve) => {
    pulumi.output(value as pulumi.Input<string | string[]>).apply(resolve);
  });

/** The document that layer 1 makes of statements. */
export const documentOf = async (statements: readonly Statement[]): Promise<PolicyDocument> => ({
  Version: "2012-10-17",
  Statement: await Promise.all(
    statements.map(async ({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: "Allow" as const,
      Action: actions,
      Resource: await plain(resources),
      ...(conditions && {
        Condition: Object.fromEntries(
          await Promise.all(
            Object.entries(conditions).map(async ([operator, keys]) => [
              operator,
              Object.fromEntries(
                await Promise.all(Object.entries(keys).map(async ([key, value]) => [key, await plain(value)] as const)),
              ),
            ]),
          ),
        ),
      }),
    })),
  ),
});
