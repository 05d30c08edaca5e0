// The restore drill: a canary that must be what it was, after a snapshot of before was put back.
import { type OpenBaoNames, openbaoApi } from "../../lib/openbao.ts";
import { duration } from "../terminal/duration.ts";
import type { StoreKind } from "../verify/stores.ts";
import { manager, takeBackup } from "./backup.ts";
import { canaryPath, newWord, readCanary, removeCanary, writeCanary } from "./canary.ts";
import { type Failure, Interrupted, OperationFailed } from "./failure.ts";
import { done, failed, follow, patiently, tell, type Verdict, waiting } from "./follow.ts";
import { readCluster } from "./look.ts";
import {
  type BackupTarget,
  type BaoRestore,
  conditionOf,
  describeCondition,
  type Job,
  jobState,
  labels,
  type Pod,
  pathsOf,
} from "./objects.ts";
import { backupProblems, idleProblems, refuseFor } from "./preflight.ts";
import { checkObject } from "./store.ts";
import type { World } from "./world.ts";

/** How long replicas that have restarted may take until they answer a login. */
const settleSeconds = 120;

const describedConditions = (restore: BaoRestore): string =>
  [
    ...(restore.status?.message ? [restore.status.message] : []),
    ...["RestoreConfigurationReady", "RestoreComplete"].flatMap((type) => {
      const condition = conditionOf(restore, type);
      return condition && condition.status !== "True" ? [describeCondition(type, condition)] : [];
    }),
  ].join("\n");

const unknownNext = (names: OpenBaoNames, name: string): string =>
  [
    "Nobody knows whether the snapshot was put back, so the operator holds the cluster until an administrator decides.",
    `Look at the Job that it kept (kubectl -n ${names.namespace} get jobs -l ${labels.component}=restore), check that every replica is unsealed and what the secrets are,`,
    `and only then let it go on: kubectl -n ${names.namespace} delete openbaorestore ${name}`,
  ].join("\n");

export const restoreFailure = (restore: BaoRestore, names: OpenBaoNames): Failure =>
  restore.status?.phase === "Unknown"
    ? {
        what: `The restore ${restore.metadata.name ?? ""} ended Unknown`,
        message: describedConditions(restore),
        next: unknownNext(names, restore.metadata.name ?? ""),
      }
    : {
        what: `The restore ${restore.metadata.name ?? ""} failed before a snapshot was put back`,
        message: describedConditions(restore),
        next: "The secrets are what they were, and the operator goes on. Correct what it names, and run the same command again",
      };

/** What has become of a restore. Pure. */
export const restoreVerdict = (restore: BaoRestore | undefined, jobs: readonly Job[], names: OpenBaoNames): Verdict => {
  if (!restore)
    return failed({
      what: "The OpenBaoRestore is gone before it ended",
      next: "Somebody deleted it. Look at the cluster before anything else: whether the snapshot was put back is not known",
    });
  const phase = restore.status?.phase ?? "Pending";
  const seen = [
    `phase ${phase}`,
    ...jobs.map((job) => `Job ${job.metadata.name ?? ""} ${jobState(job)}`),
    ...(phase !== "Completed" && restore.status?.message ? [restore.status.message] : []),
  ];
  switch (phase) {
    case "Completed":
      return done(...seen);
    case "Failed":
    case "Unknown":
      return failed(restoreFailure(restore, names), ...seen);
    default:
      return waiting(...seen);
  }
};

const component = { [labels.component]: "restore" };

/** Last words of the Job, which go with its restore. */
const jobLog = async (world: World, names: OpenBaoNames, job: string): Promise<void> => {
  const pods = await world.list<Pod>(pathsOf(names).pods, { "job-name": job });
  for (const pod of pods) {
    const lines = await world.log(`${pathsOf(names).pods}/${pod.metadata.name ?? ""}`, 10);
    if (lines.length > 0) world.say(`  log of ${pod.metadata.name}:`);
    for (const line of lines) world.say(`    ${line}`);
  }
};

export interface PutBackArgs {
  readonly names: OpenBaoNames;
  readonly key: string;
  readonly target: BackupTarget;
  readonly timeoutSeconds: number;
}

/** Puts a snapshot back. What ended is removed; one that nobody knows the end of stays, because it holds the cluster. */
export const putBack = async (world: World, { names, key, target, timeoutSeconds }: PutBackArgs): Promise<void> => {
  const paths = pathsOf(names);
  const cluster = await readCluster(world, names);
  refuseFor(
    "The restore",
    [...idleProblems(cluster), ...(await openRestores(world, names))],
    "Wait for what is under way or correct it, and run the same command again",
  );
  const name = `strata-${new Date(world.now()).toISOString().slice(0, 19).toLowerCase().replace(/[-:t]/g, "")}`;
  const old = new Set((await world.list<Job>(paths.jobs, component)).map(({ metadata }) => metadata.name));
  await world.create(paths.restores, {
    apiVersion: openbaoApi,
    kind: "OpenBaoRestore",
    metadata: { name, namespace: names.namespace, labels: { "app.kubernetes.io/managed-by": manager } },
    spec: {
      cluster: names.cluster,
      source: { target, key },
      jwtAuthRole: cluster.spec.restore?.jwtAuthRole ?? names.restoreRole,
    },
  });
  tell(world, `asked for a restore (OpenBaoRestore ${name}) of ${key}`);
  const jobsNow = async (): Promise<readonly Job[]> =>
    (await world.list<Job>(paths.jobs, component)).filter(({ metadata }) => !old.has(metadata.name));
  const phaseNow = async (): Promise<string | undefined> =>
    (await world.get<BaoRestore>(paths.restore(name)))?.status?.phase;
  try {
    const took = await follow(world, {
      what: "The restore",
      timeoutSeconds,
      next: `It goes on by itself where it has begun. Look at it: kubectl -n ${names.namespace} describe openbaorestore ${name}`,
      look: async () => restoreVerdict(await world.get<BaoRestore>(paths.restore(name)), await jobsNow(), names),
    });
    tell(world, `put back in ${duration(took)}`);
    await world.remove(paths.restore(name));
  } catch (error) {
    const phase = await phaseNow();
    if (phase === undefined || phase === "Pending" || phase === "Validating") {
      // Deleting a request before its Job is committed cancels it.
      await world.remove(paths.restore(name));
      tell(world, "cancelled it: no Job had begun");
    } else if (phase === "Failed") {
      for (const job of await jobsNow()) await jobLog(world, names, job.metadata.name ?? "");
      await world.remove(paths.restore(name));
    } else if (error instanceof Interrupted)
      throw new Interrupted(
        `${error.message}. The restore ${name} goes on by itself, and must not be stopped half way. Look at it: kubectl -n ${names.namespace} get openbaorestore ${name} -w`,
      );
    throw error;
  }
};

/** Restores that are not over: the operator holds the cluster for them. */
const openRestores = async (world: World, names: OpenBaoNames): Promise<string[]> =>
  (await world.list<BaoRestore & { readonly spec?: { readonly cluster?: string } }>(pathsOf(names).restores))
    .filter(
      ({ spec, status }) => spec?.cluster === names.cluster && !["Completed", "Failed"].includes(status?.phase ?? ""),
    )
    .map(({ metadata, status }) => `The restore ${metadata.name ?? ""} is in phase ${status?.phase ?? "Pending"}`);

export interface RestoreArgs {
  readonly names: OpenBaoNames;
  readonly kind: StoreKind;
  /** Snapshot to put back. Undefined: a drill with one of its own. */
  readonly key: string | undefined;
  readonly timeoutSeconds: number;
}

export const restorePlan = ({ names, key }: Pick<RestoreArgs, "names" | "key">): string =>
  (key === undefined
    ? [
        `Restore drill of ${names.cluster}:`,
        `  1. log in, and write a random word to ${canaryPath(names)}`,
        "  2. take a backup, and look at its object in the bucket",
        `  3. write another word to ${canaryPath(names)}`,
        "  4. put the backup back: whatever anybody else wrote in these seconds is lost, and the replicas restart one by one",
        `  5. log in again, and find the first word in ${canaryPath(names)}`,
      ]
    : [
        `Restore of ${names.cluster} from ${key}:`,
        "  every secret, policy, login and token of OpenBao becomes what it was when that snapshot was taken. What was written since then is lost",
      ]
  ).join("\n");

const wordProblem = (found: string | undefined, first: string, second: string): string | undefined => {
  if (found === first) return undefined;
  if (found === second) return "it is the second word: the snapshot was not put back";
  return found === undefined ? "there is none" : `it is "${found}", which this drill did not write`;
};

/** @throws OperationFailed where the restored cluster has another word than the snapshot. */
const drill = async (world: World, { names, kind, timeoutSeconds }: RestoreArgs): Promise<void> => {
  const [first, second] = [newWord(), newWord()];
  await writeCanary(world, names, first);
  tell(world, `logged in, and wrote the canary ${first} to ${canaryPath(names)}`);
  const backup = await takeBackup(world, { names, timeoutSeconds });
  await checkObject(world, { names, kind, backup });
  await writeCanary(world, names, second);
  tell(world, `wrote ${second} over it`);
  await putBack(world, { names, key: backup.key, target: backup.target, timeoutSeconds });
  const found = await patiently(world, settleSeconds, () => readCanary(world, names));
  const problem = wordProblem(found, first, second);
  if (problem)
    throw new OperationFailed({
      what: `The operator says Completed, and the canary is not ${first}`,
      message: problem,
      next: "Do not rely on these backups. Look at the log of the restore's Job, and at docs/openbao.md, Operations",
    });
  tell(world, `logged in again, and the canary is ${first}: the snapshot is what came back`);
  await removeCanary(world, names);
};

export const restore = async (world: World, args: RestoreArgs): Promise<void> => {
  const { names, key, timeoutSeconds } = args;
  const cluster = await readCluster(world, names);
  refuseFor(
    "The restore",
    [...idleProblems(cluster), ...backupProblems(cluster), ...(await openRestores(world, names))],
    "Wait for what is under way or correct it, and run the same command again",
  );
  if (key === undefined) return drill(world, args);
  const target = cluster.spec.backup?.target ?? {};
  await checkObject(world, { names, kind: args.kind, backup: { key, bytes: 0, target } });
  await putBack(world, { names, key, target, timeoutSeconds });
  const canary = await patiently(world, settleSeconds, () => readCanary(world, names));
  tell(world, `logged in again${canary === undefined ? "" : `; the canary of that time is ${canary}`}`);
};
