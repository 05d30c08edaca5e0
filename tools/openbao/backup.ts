// A backup by hand: asks the operator for one by its annotation, and waits until its status says what became of it.
import { type OpenBaoNames, triggerBackupAnnotation } from "../../lib/openbao.ts";
import { duration } from "../terminal/duration.ts";
import { OperationFailed } from "./failure.ts";
import { done, failed, follow, tell, type Verdict, waiting } from "./follow.ts";
import { readCluster } from "./look.ts";
import {
  type BackupStatus,
  type BackupTarget,
  type BaoCluster,
  conditionOf,
  describeCondition,
  type Job,
  jobState,
  labels,
  pathsOf,
} from "./objects.ts";
import { backupProblems, idleProblems, refuseFor } from "./preflight.ts";
import type { World } from "./world.ts";

/** Owner of what the operations write and take away again. */
export const manager = "strata-openbao";

export interface TakenBackup {
  /** Key in the bucket. */
  readonly key: string;
  readonly bytes: number;
  readonly target: BackupTarget;
}

const nextSteps = (names: OpenBaoNames): string =>
  `Look at the Job and its log: kubectl -n ${names.namespace} get jobs -l ${labels.component}=backup,${labels.cluster}=${names.cluster}. Correct what it names, and run the same command again`;

export interface BackupLook {
  readonly before: BackupStatus;
  /** Value of the annotation. */
  readonly token: string;
  readonly cluster: BaoCluster;
  readonly jobs: readonly Job[];
  readonly names: OpenBaoNames;
}

/** What has become of the backup that was asked for. Pure. */
export const backupVerdict = ({ before, token, cluster, jobs, names }: BackupLook): Verdict => {
  const now = cluster.status?.backup ?? {};
  const lock = cluster.status?.operationLock;
  const handled = now.lastHandledManualTrigger === token;
  const pending = cluster.metadata.annotations?.[triggerBackupAnnotation] === token;
  const configured = conditionOf(cluster, "BackupConfigurationReady");
  const seen = [
    ...(handled ? ["the operator took the trigger"] : []),
    ...jobs.map((job) => `Job ${job.metadata.name ?? ""} ${jobState(job)}`),
    ...(pending && lock?.operation && lock.operation !== "Backup"
      ? [`it waits: ${lock.operation} holds the operation lock (${lock.holder ?? ""})`]
      : []),
  ];
  if (now.lastBackupName !== undefined && now.lastBackupName !== before.lastBackupName) {
    if (handled) return done(...seen);
    if (!pending)
      return failed(
        {
          what: "Another backup was under way, so the operator dropped this one's trigger",
          message: `Its snapshot is ${now.lastBackupName}, of a moment before this command's`,
          next: "Run the same command again",
        },
        ...seen,
      );
  }
  const failures = now.consecutiveFailures ?? 0;
  if (failures > (before.consecutiveFailures ?? 0) || (now.lastFailureTime ?? "") > (before.lastFailureTime ?? ""))
    return failed(
      {
        what: `The backup failed${failures > 1 ? `, for the ${failures}th time in a row` : ""}`,
        ...(now.lastFailureReason !== undefined && { reason: now.lastFailureReason }),
        ...(now.lastFailureMessage !== undefined && { message: now.lastFailureMessage }),
        next: nextSteps(names),
      },
      ...seen,
    );
  if (configured?.status === "False")
    return failed(
      {
        what: "The backup can't be made",
        message: describeCondition("BackupConfigurationReady", configured),
        next: "Correct what it names in the stack file, bring the stack up, and run the same command again",
      },
      ...seen,
    );
  return waiting(...seen);
};

export interface BackupArgs {
  readonly names: OpenBaoNames;
  readonly timeoutSeconds: number;
}

const jobsOf = (world: World, names: OpenBaoNames): Promise<readonly Job[]> =>
  world.list<Job>(pathsOf(names).jobs, { [labels.cluster]: names.cluster, [labels.component]: "backup" });

/**
 * Takes one backup, with what must be the case for it.
 *
 * @throws OperationFailed, Interrupted. The trigger is taken back where the operator has not taken it.
 */
export const takeBackup = async (world: World, { names, timeoutSeconds }: BackupArgs): Promise<TakenBackup> => {
  const paths = pathsOf(names);
  const cluster = await readCluster(world, names);
  refuseFor(
    "The backup",
    [...idleProblems(cluster), ...backupProblems(cluster)],
    "Wait for what is under way or correct it, and run the same command again",
  );
  const before = cluster.status?.backup ?? {};
  const old = new Set((await jobsOf(world, names)).map(({ metadata }) => metadata.name));
  const token = new Date(world.now()).toISOString();
  const annotate = (value: string | null): Promise<unknown> =>
    world.patch(paths.cluster, { metadata: { annotations: { [triggerBackupAnnotation]: value } } }, manager);
  await annotate(token);
  tell(world, `asked for a backup (${triggerBackupAnnotation}: ${token})`);
  let now = cluster;
  try {
    const took = await follow(world, {
      what: "The backup",
      timeoutSeconds,
      next: nextSteps(names),
      look: async () => {
        now = await readCluster(world, names);
        const jobs = (await jobsOf(world, names)).filter(({ metadata }) => !old.has(metadata.name));
        return backupVerdict({ before, token, cluster: now, jobs, names });
      },
    });
    const { lastBackupName: key = "", lastBackupSize = 0, lastBackupDuration } = now.status?.backup ?? {};
    tell(
      world,
      `backed up: ${key}, ${lastBackupSize} bytes, Job ${lastBackupDuration ?? "of unknown duration"}, in all ${duration(took)}`,
    );
    return { key, bytes: lastBackupSize, target: now.spec.backup?.target ?? {} };
  } catch (error) {
    const left = (await readCluster(world, names).catch(() => undefined))?.metadata.annotations;
    if (left?.[triggerBackupAnnotation] === token) {
      await annotate(null);
      tell(world, "took the trigger back, which the operator had not taken");
    }
    throw error;
  }
};

export const noSuchKey = (key: string, bucket: string): OperationFailed =>
  new OperationFailed({
    what: `The operator says that ${key} was written, and bucket ${bucket} has no such object`,
    next: "Do not rely on that backup. Look at the bucket, and at the log of its Job",
  });
