// What a drill is about, from the stack file: what is destroyed and from what it is restored, or why it can't be. Pure.
import { eksOf } from "../../config/on-aws.ts";
import type { Config, EksConfig } from "../../config/schema.ts";
import { lokiBucket } from "../../layers/platform/observability/index.ts";
import { partitionOf } from "../../lib/aws/arn.ts";
import { bucketName } from "../../lib/aws/bucket-name.ts";
import { UserError } from "../../lib/errors.ts";

/** The database whose row is the canary, and the role that writes it. */
export interface Login {
  readonly database: string;
  readonly owner: string;
}

export type DatabaseTarget = Login &
  (
    | {
        readonly kind: "cloudnative-pg";
        readonly cluster: string;
        /** Name of the cluster that is restored: one that has no folder in the bucket yet. */
        readonly next: string;
      }
    | {
        readonly kind: "rds";
        /** Identifier of the instance in the account. */
        readonly identifier: string;
      }
  );

export interface Target {
  readonly stack: string;
  readonly clusterName: string;
  readonly region: string;
  readonly account: string;
  readonly protect: true | "data";
  readonly database: DatabaseTarget;
  /** Bucket of AWS that gets the canary object; undefined where the stack has none. */
  readonly bucket: string | undefined;
  /** Whether secrets come from Secrets Manager, in the account and region of the cluster. */
  readonly secrets: boolean;
}

/** postgres, postgres-2, postgres-3: a restored cluster archives to a folder of its own. */
export const nextName = (name: string): string => {
  const [, base = name, number] = /^(.*?)-(\d+)$/.exec(name) ?? [];
  return `${base}-${number === undefined ? 2 : Number(number) + 1}`;
};

const refuse = (stack: string, reason: string): never => {
  throw new UserError(`${stack} can't be drilled: ${reason}`);
};

const databaseOf = (stack: string, clusterName: string, { postgres, objectStore }: Config): DatabaseTarget => {
  if (!postgres) return refuse(stack, "it has no Postgres. Add strata:postgres with kind: cloudnative-pg or rds");
  const [first] = Object.entries(postgres.databases).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!first) return refuse(stack, "it has no database to write to. Declare one under postgres.databases");
  const login = { database: first[0], owner: first[1].owner };
  switch (postgres.kind) {
    case "native":
      return refuse(stack, "postgres.kind native has no backups. Use cloudnative-pg or rds");
    case "rds":
      return { ...login, kind: "rds", identifier: `${clusterName}-${postgres.instance}` };
    case "cloudnative-pg":
      if (postgres.backup.kind === "none")
        return refuse(stack, "postgres.backup is none, so there is nothing to restore from");
      if (objectStore?.kind !== "s3")
        return refuse(
          stack,
          "its backups are in the cluster that the drill destroys. Use objectStore.kind s3, whose buckets outlive it",
        );
      return { ...login, kind: "cloudnative-pg", cluster: postgres.cluster, next: nextName(postgres.cluster) };
  }
};

const bucketOf = (config: Config, clusterName: string, { region, account }: EksConfig): string | undefined => {
  const { objectStore, postgres, observability } = config;
  if (objectStore?.kind !== "s3") return undefined;
  const [purpose] = [
    ...(postgres?.kind === "cloudnative-pg" && postgres.backup.kind === "objectStore" ? [postgres.backup.bucket] : []),
    ...objectStore.buckets,
    ...(observability ? [lokiBucket] : []),
  ];
  return purpose && bucketName(clusterName, { partition: partitionOf(region), region, account }, purpose);
};

/** @throws UserError for a stack whose backups would not survive, with the reason. */
export const targetOf = (stack: string, clusterName: string, config: Config): Target => {
  const eks = config.cluster.kind === "eks" ? eksOf(config.cluster) : undefined;
  if (!eks)
    return refuse(
      stack,
      `what it backs up goes with its cluster (cluster.kind ${config.cluster.kind}): nothing of it is anywhere else. The drill is for eks`,
    );
  if (eks.protect === false)
    return refuse(
      stack,
      "cluster.protect is false, so a destroy would take the backups and their key along. Set it to true, and npm start",
    );
  const backend = config.secrets?.backend;
  return {
    stack,
    clusterName,
    region: eks.region,
    account: eks.account,
    protect: eks.protect,
    database: databaseOf(stack, clusterName, config),
    bucket: bucketOf(config, clusterName, eks),
    secrets:
      backend?.kind === "aws" && backend.service === "SecretsManager" && (backend.region ?? eks.region) === eks.region,
  };
};
