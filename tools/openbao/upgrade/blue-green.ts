// From what is seen of a blue-green upgrade to what has become of it. Pure.
import type { OpenBaoNames } from "../../../lib/openbao.ts";
import type { Failure } from "../failure.ts";
import { done, failed, type Verdict, waiting } from "../follow.ts";
import {
  type BaoCluster,
  type BlueGreenStatus,
  conditionOf,
  describeCondition,
  isReady,
  isTrue,
  jobState,
  labels,
  type Pod,
} from "../objects.ts";
import { type Goal, imageOf, ofRevision, type Seen } from "./checks.ts";

/** Order of the phases: one that comes before the last one seen is of a new attempt. */
const order = [
  "Idle",
  "DeployingGreen",
  "JoiningMesh",
  "Syncing",
  "Promoting",
  "DemotingBlue",
  "Cleanup",
  "RestoringReadReplicas",
];
export const rollback = ["RollingBack", "RollbackCleanup"];

/** What earlier looks saw, since the operator forgets it when it gives up. */
export interface Memory {
  readonly phase: string;
  readonly operation: string | undefined;
  readonly rollingBack: boolean;
  readonly reason: string | undefined;
  readonly job: string | undefined;
  readonly failures: number;
  /** What pods of the new version wait for. */
  readonly waiting: string | undefined;
  /** The operator says why a moment after its Job has failed. */
  readonly snapshotFailed: boolean;
}

export const nothingYet: Memory = {
  phase: "Idle",
  operation: undefined,
  rollingBack: false,
  reason: undefined,
  job: undefined,
  failures: 0,
  waiting: undefined,
  snapshotFailed: false,
};

const waitingReason = (pods: readonly Pod[]): string | undefined => {
  for (const { metadata, status } of pods)
    for (const { state } of status?.containerStatuses ?? [])
      if (
        state?.waiting?.reason !== undefined &&
        state.waiting.reason !== "ContainerCreating" &&
        state.waiting.reason !== "PodInitializing"
      )
        return `pod ${metadata.name ?? ""}: ${state.waiting.reason}${state.waiting.message ? `: ${state.waiting.message}` : ""}`;
  return undefined;
};

export const remember = (memory: Memory, { cluster, pods, snapshot }: Seen): Memory => {
  const now: BlueGreenStatus = cluster.status?.blueGreen ?? {};
  const phase = now.phase ?? "Idle";
  return {
    phase,
    operation: now.operationID ?? memory.operation,
    rollingBack: memory.rollingBack || rollback.includes(phase),
    reason: now.rollbackReason || memory.reason,
    job: now.lastJobFailure || memory.job,
    failures: Math.max(now.jobFailureCount ?? 0, memory.failures),
    waiting: waitingReason(ofRevision(pods, now.greenRevision)) ?? memory.waiting,
    snapshotFailed: jobState(snapshot) === "failed",
  };
};

const again = "Correct what it names, and run the same command again";

export const breakGlassFailure = ({ status }: BaoCluster, names: OpenBaoNames): Failure | undefined => {
  const { active, reason, message, nonce, steps = [] } = status?.breakGlass ?? {};
  if (!active) return undefined;
  return {
    what: "The rollback failed, and the operator waits for an administrator",
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    next: [
      "Repair it by the operator's own steps, and leave spec.version as it is until then:",
      ...steps.map((step, index) => `  ${index + 1}. ${step}`),
      `Then let it go on: kubectl -n ${names.namespace} patch openbaocluster ${names.cluster} --type merge -p '{"spec":{"breakGlassAck":"${nonce ?? ""}"}}'`,
    ].join("\n"),
  };
};

const gaveUp = ({ phase, rollingBack, reason, job, failures, waiting: pod }: Memory, goal: Goal): Failure => ({
  what: rollingBack
    ? `The upgrade to ${goal.version} was rolled back`
    : `The operator gave the upgrade to ${goal.version} up, in phase ${phase}`,
  ...(reason !== undefined && { reason }),
  message: [
    ...(job === undefined ? [] : [`Job ${job} failed${failures > 1 ? `, ${failures} times in a row` : ""}`]),
    ...(pod === undefined ? [] : [pod]),
  ].join("\n"),
  next: again,
});

const facts = (seen: Seen, goal: Goal, names: OpenBaoNames): string[] => {
  const { cluster, pods, service, snapshot } = seen;
  const {
    phase = "Idle",
    greenRevision,
    blueRevision,
    manualPromotionRequired,
    jobFailureCount = 0,
    lastJobFailure,
    rollbackReason,
    preUpgradeSnapshotJobName,
  } = cluster.status?.blueGreen ?? {};
  const green = greenRevision === blueRevision ? [] : ofRevision(pods, greenRevision);
  const blue = ofRevision(pods, blueRevision);
  const answering = service?.spec?.selector?.[labels.revision];
  const max = cluster.spec.upgrade?.blueGreen?.maxJobFailures ?? 5;
  const problem = waitingReason(green);
  const degraded = conditionOf(cluster, "Degraded");
  return [
    ...(preUpgradeSnapshotJobName
      ? [`snapshot of before: Job ${preUpgradeSnapshotJobName} ${jobState(snapshot)}`]
      : []),
    `phase ${phase}${rollbackReason && rollback.includes(phase) ? `: ${rollbackReason}` : ""}`,
    ...(green.length > 0
      ? [
          `green ${greenRevision}: ${green.filter(isReady).length} of ${cluster.spec.replicas ?? green.length} ready on ${imageOf(green[0] as Pod)}; blue ${blueRevision}: ${blue.length} on ${blue[0] ? imageOf(blue[0]) : "nothing"}`,
        ]
      : []),
    ...(problem === undefined ? [] : [problem]),
    ...(answering === undefined ? [] : [`clients go to revision ${answering}`]),
    ...(jobFailureCount > 0 ? [`Job ${lastJobFailure ?? ""} failed (${jobFailureCount} of at most ${max})`] : []),
    ...(phase === "Syncing" && manualPromotionRequired
      ? [
          `held in Syncing until somebody approves: kubectl -n ${names.namespace} patch openbaocluster ${names.cluster} --type merge -p '{"spec":{"upgrade":{"requests":{"promote":"${goal.version}"}}}}'`,
        ]
      : []),
    ...(isTrue(degraded) ? [describeCondition("Degraded", degraded)] : []),
  ];
};

export const isSettled = ({ spec, status }: BaoCluster, version: string): boolean =>
  (status?.blueGreen?.phase ?? "Idle") === "Idle" &&
  status?.currentVersion === version &&
  status.phase === "Running" &&
  status.readyReplicas === spec.replicas &&
  isTrue(conditionOf({ status }, "Available"));

export interface Look {
  /** As of the look before. */
  readonly memory: Memory;
  readonly seen: Seen;
  readonly goal: Goal;
  readonly names: OpenBaoNames;
}

export const blueGreenVerdict = ({ memory, seen, goal, names }: Look): Verdict => {
  const { cluster, snapshot } = seen;
  const { phase = "Idle", operationID, preUpgradeSnapshotJobName } = cluster.status?.blueGreen ?? {};
  const lines = facts(seen, goal, names);
  const broken = breakGlassFailure(cluster, names);
  if (broken) return failed(broken, ...lines);
  if (cluster.status?.currentVersion === goal.version && phase === "Idle")
    return isSettled(cluster, goal.version)
      ? done(...lines)
      : waiting(
          ...lines,
          `${cluster.status.readyReplicas ?? 0} of ${cluster.spec.replicas ?? 0} replicas ready on ${goal.version}`,
        );
  const begun = memory.phase !== "Idle";
  if (rollback.includes(phase)) return waiting(...lines);
  const anew =
    (memory.operation !== undefined && operationID !== undefined && operationID !== memory.operation) ||
    order.indexOf(phase) < order.indexOf(memory.phase);
  if (memory.rollingBack || (begun && anew))
    return failed(gaveUp({ ...remember(memory, seen), phase: memory.phase }, goal), ...lines);
  if (phase === "Idle") {
    const degraded = conditionOf(cluster, "Degraded");
    const jobFailed = preUpgradeSnapshotJobName !== undefined && jobState(snapshot) === "failed";
    // The Job may have been read a moment before the operator's word on it.
    const snapshotFailed = jobFailed || degraded?.reason === "PreUpgradeBackupFailed";
    if ((jobFailed && memory.snapshotFailed) || isTrue(degraded))
      return failed(
        {
          what: snapshotFailed
            ? "The snapshot of before failed, so the upgrade did not begin"
            : "The upgrade did not begin",
          ...(degraded?.reason !== undefined && { reason: degraded.reason }),
          message: degraded?.message ?? `Job ${preUpgradeSnapshotJobName ?? ""} failed`,
          next: again,
        },
        ...lines,
      );
  }
  return waiting(...lines);
};
