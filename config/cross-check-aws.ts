// What a stack may keep in the account of its cluster, and what that account asks for.
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import type { Config } from "./schema.ts";

/** The rest of a bucket's 63 characters is cluster, account and region. */
const longestBucket = 20;

/** Name of a bucket to where the stack file asks for it. */
const bucketsOf = (config: Partial<Config>): { name: string; path: readonly PropertyKey[] }[] => [
  ...(config.objectStore?.buckets ?? []).map((name, index) => ({ name, path: ["objectStore", "buckets", index] })),
  ...(config.postgres?.kind === "cloudnative-pg" && config.postgres.backup.kind === "objectStore"
    ? [{ name: config.postgres.backup.bucket, path: ["postgres", "backup", "bucket"] }]
    : []),
  ...Object.entries(config.apps ?? {}).flatMap(([app, { bucket }]) =>
    bucket === undefined ? [] : [{ name: bucket, path: ["apps", app, "bucket"] }],
  ),
];

const objectStoreIssues = (config: Partial<Config>): Issue[] => {
  const { cluster, objectStore } = config;
  if (objectStore?.kind !== "s3") return [];
  if (cluster && !eksOf(cluster))
    return [
      {
        path: ["objectStore", "kind"],
        message: `s3 needs a cluster in an AWS account, and cluster.kind is ${cluster.kind}. Use garage, or set cluster.kind to eks`,
      },
    ];
  return bucketsOf(config).flatMap(({ name, path }) =>
    name.length > longestBucket
      ? [
          {
            path,
            message: `"${name}" has ${name.length} characters, and a bucket of AWS is named <cluster>-<account>-<region>-${name}, 63 in all. Choose a name of at most ${longestBucket}`,
          },
        ]
      : [],
  );
};

/** What RDS keeps for itself beside what every server does. */
const rdsOwn = /^(rds_.*|rdsadmin|rdsrepladmin|rdstopmgr)$/;

const databaseIssues = (config: Partial<Config>): Issue[] => {
  const { cluster, postgres } = config;
  if (postgres?.kind !== "rds") return [];
  const eks = eksOf(cluster);
  if (cluster && !eks)
    return [
      {
        path: ["postgres", "kind"],
        message: `rds needs a cluster in an AWS account, and cluster.kind is ${cluster.kind}. Use native or cloudnative-pg, or set cluster.kind to eks`,
      },
    ];
  const issues: Issue[] = [];
  if (eks?.name?.includes("--"))
    issues.push({
      path: ["cluster", "name"],
      message: `"${eks.name}" has two dashes in a row, and RDS names the instance <cluster>-${postgres.instance}, where it allows none. Choose another name`,
    });
  for (const [name, { owner }] of Object.entries(postgres.databases)) {
    const own = (path: readonly string[], value: string) =>
      issues.push({
        path: ["postgres", "databases", name, ...path],
        message: `"${value}" is RDS's own. Choose another name`,
      });
    if (rdsOwn.test(name)) own([], name);
    if (rdsOwn.test(owner)) own(["owner"], owner);
  }
  return issues;
};

export const awsIssues = (config: Partial<Config>): Issue[] => [
  ...objectStoreIssues(config),
  ...databaseIssues(config),
];
