// The drill, step by step: write down what must come back, back up, destroy, build, restore, compare.

import { backUp, backupCommands } from "./backup.ts";
import { canaryObject, canaryRow, canarySecret, compareObject, compareRow, compareSecret, tidy } from "./canaries.ts";
import { type Command, describeCommand } from "./machine.ts";
import { type Change, describeChange, edited } from "./stack-file.ts";
import type { Target } from "./target.ts";
import { aws, type Context, destroy, isAbsent, must, output, up } from "./tools.ts";

export interface Step {
  readonly id: string;
  readonly title: string;
  /** What it will do, for the plan. */
  readonly does: readonly string[];
  /** Why it is left out for this stack; undefined where it is not. */
  readonly skipped?: string;
  /** What to do when it fails. */
  readonly remedy: string;
  /** Does it; may run again after it was interrupted. Returns what was seen, as one line. */
  run(context: Context): Promise<string>;
}

const commands = (...list: readonly Command[]): string[] => list.map(describeCommand);

/** What lets the cluster, and of RDS the instance, be deleted, while key and buckets stay. */
export const looseningChanges = (target: Target): Change[] => [
  ...(target.protect === true ? [{ path: ["cluster", "protect"], value: "data" } as const] : []),
  ...(target.database.kind === "rds" ? [{ path: ["postgres", "protect"], value: false } as const] : []),
];

/** What the rebuilt stack starts from. */
export const restoringChanges = (target: Target, id: string): Change[] => {
  const { database } = target;
  return [
    ...(target.protect === true ? [{ path: ["cluster", "protect"], value: true } as const] : []),
    ...(database.kind === "rds"
      ? [
          { path: ["postgres", "protect"], value: undefined } as const,
          { path: ["postgres", "snapshot"], value: id } as const,
        ]
      : [
          { path: ["postgres", "cluster"], value: database.next } as const,
          { path: ["postgres", "restore"], value: { from: database.cluster } } as const,
        ]),
  ];
};

const change = (context: Context, changes: readonly Change[]): void =>
  context.machine.writeStackFile(edited(context.machine.readStackFile(), changes));

const shown = (target: Target, changes: readonly Change[]): string[] =>
  changes.map((one) => `Pulumi.${target.stack}.yaml: ${describeChange(one)}`);

const describeCluster = (target: Target): Command =>
  aws(target, "eks", "describe-cluster", "--name", target.clusterName);
const describeInstance = (target: Target, identifier: string): Command =>
  aws(target, "rds", "describe-db-instances", "--db-instance-identifier", identifier);

const ready = async (context: Context): Promise<string> => {
  const { target } = context;
  const caller = JSON.parse(await must(context, aws(target, "sts", "get-caller-identity"))) as { Account: string };
  if (caller.Account !== target.account)
    throw new Error(`These credentials are of account ${caller.Account}, and the stack is in ${target.account}`);
  const cluster = JSON.parse(await must(context, output(target, "cluster"))) as { kind: string; simulated: boolean };
  if (cluster.kind !== "eks" || cluster.simulated)
    throw new Error(
      `What stands is a rehearsal or another kind of cluster (${cluster.kind}), with nothing in it to restore`,
    );
  return `account ${target.account}, cluster ${target.clusterName}`;
};

const gone = async (context: Context): Promise<string> => {
  const { target, machine } = context;
  await must(context, destroy(target));
  const left = [
    ...(isAbsent(await machine.run(describeCluster(target))) ? [] : [`the cluster ${target.clusterName}`]),
    ...(target.database.kind === "rds" &&
    !isAbsent(await machine.run(describeInstance(target, target.database.identifier)))
      ? [`the instance ${target.database.identifier}`]
      : []),
  ];
  if (left.length > 0)
    throw new Error(`The engine says that all is destroyed, and there still is ${left.join(" and ")}`);
  return "the cluster is gone; its key, buckets and what was backed up are not";
};

/** All steps of a drill of this stack. */
export const stepsOf = (target: Target, id: string): readonly Step[] => {
  const { database, bucket, secrets } = target;
  const restoring = restoringChanges(target, id);
  const loosening = looseningChanges(target);
  const noBucket = bucket === undefined ? { skipped: "the stack has no bucket of AWS" } : {};
  const noSecrets = secrets ? {} : { skipped: "its secrets do not come from Secrets Manager in this region" };
  return [
    {
      id: "ready",
      title: "The stack is up, and these are its account's credentials",
      does: commands(aws(target, "sts", "get-caller-identity"), output(target, "cluster")),
      remedy: `Set AWS credentials of account ${target.account}, and bring the stack up: npm start ${target.stack}`,
      run: ready,
    },
    {
      id: "canary-row",
      title: `A row with the time in ${database.database}`,
      does: [`a Job in namespace database writes ${id} into table strata_drill, as ${database.owner}`],
      remedy:
        "Look at the Job: kubectl -n database get jobs,pods. The database must be healthy before it can be drilled",
      run: (context) => canaryRow(context),
    },
    {
      id: "canary-object",
      title: "An object with the time in a bucket",
      does: [`aws s3 cp - s3://${bucket ?? ""}/drill/${id}`],
      ...noBucket,
      remedy: "Whoever runs the drill needs to write to the bucket and to use its key",
      run: (context) => canaryObject(context),
    },
    {
      id: "canary-secret",
      title: "A version of a secret, and digests of those that came into the cluster",
      does: [`Secrets Manager: a new version of ${target.clusterName}/drill`],
      ...noSecrets,
      remedy: "Whoever runs the drill needs secretsmanager:CreateSecret and PutSecretValue below the cluster's name",
      run: (context) => canarySecret(context),
    },
    {
      id: "backup",
      title: database.kind === "rds" ? "A snapshot of the instance" : "A base backup of the cluster",
      does: backupCommands(target, id),
      remedy:
        database.kind === "rds"
          ? `Look at it: aws rds describe-db-snapshots --db-snapshot-identifier ${id}`
          : `Look at it: kubectl -n database describe backup ${id}`,
      run: (context) => backUp(context),
    },
    {
      id: "loosen",
      title: "What is rebuilt may be deleted; key and buckets stay protected",
      does: loosening.length > 0 ? [...shown(target, loosening), ...commands(up(target))] : [],
      ...(loosening.length === 0 && { skipped: "cluster.protect is data already" }),
      remedy:
        "Nothing is destroyed yet. Correct it and run the same command again, or give the stack file its old text back",
      run: async (context) => {
        change(context, loosening);
        await must(context, up(target));
        return loosening.map(describeChange).join(", ");
      },
    },
    {
      id: "destroy",
      title: "The cluster is destroyed",
      does: commands(destroy(target)),
      remedy:
        "What is done stays done. Most often something in the VPC that no stack knows holds it back: the error names it. Remove it and run the same command again",
      run: gone,
    },
    {
      id: "restore-config",
      title: "The stack file says what it starts from",
      does: shown(target, restoring),
      remedy: "The stack file must be writable. Make these changes by hand, and run the same command again",
      run: async (context) => {
        change(context, restoring);
        return restoring.map(describeChange).join(", ");
      },
    },
    {
      id: "up",
      title: "The stack is built and restored",
      does: commands(up(target)),
      remedy:
        "What is done stays done: correct what the error names and run the same command again. The backups are untouched",
      run: async (context) => {
        await must(context, up(target));
        return "up";
      },
    },
    {
      id: "compare-row",
      title: "The row is there again",
      does: [`a Job in namespace database reads ${id} from table strata_drill, as ${database.owner}`],
      remedy: "The restore lost data. Keep everything as it is: docs/restore.md, If the row is not there",
      run: (context) => compareRow(context),
    },
    {
      id: "compare-object",
      title: "The object is there still",
      does: [`aws s3 cp s3://${bucket ?? ""}/drill/${id} -`],
      ...noBucket,
      remedy: "The bucket was replaced or emptied. Look for the object's versions: docs/restore.md",
      run: (context) => compareObject(context),
    },
    {
      id: "compare-secret",
      title: "The secret's version is the same, and the cluster has all secrets again",
      does: [
        "Secrets Manager: the current version; namespace apps: digests of the Secrets that External Secrets keeps",
      ],
      ...noSecrets,
      remedy: "Look at what External Secrets says: kubectl -n apps describe externalsecrets",
      run: (context) => compareSecret(context),
    },
    {
      id: "tidy",
      title: "What the drill wrote is removed; backups and snapshots are kept",
      does: ["the table, the object and the secret of the drill"],
      remedy: "The restore worked. Remove by hand what the error names",
      run: (context) => tidy(context),
    },
  ];
};
