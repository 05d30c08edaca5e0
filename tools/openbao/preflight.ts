// What must be the case before an operation begins: one problem a line, all at once. Pure.
import { OperationFailed } from "./failure.ts";
import { type BaoCluster, conditionOf, describeCondition } from "./objects.ts";

/** Nobody else is at work on the cluster, and the operator says that it runs. */
export const idleProblems = ({ status }: BaoCluster): string[] => {
  if (status?.phase === undefined)
    return [
      "The operator has not written the cluster's status: it does not run, or may not work in this namespace. In a rehearsal no operator runs",
    ];
  const { breakGlass, operationLock, phase, blueGreen } = status;
  const degraded = conditionOf({ status }, "Degraded");
  return [
    ...(breakGlass?.active
      ? [
          `A rollback failed and waits for an administrator (${breakGlass.reason ?? "no reason"}): ${breakGlass.message ?? ""}. The steps are in status.breakGlass.steps`,
        ]
      : []),
    ...(operationLock?.operation
      ? [
          `${operationLock.operation} holds the operation lock (${operationLock.holder ?? "holder unknown"}${operationLock.message ? `: ${operationLock.message}` : ""})`,
        ]
      : []),
    ...(phase === "Running" ? [] : [`Its phase is ${phase}, not Running`]),
    ...(blueGreen?.phase !== undefined && blueGreen.phase !== "Idle"
      ? [`An upgrade is under way, in phase ${blueGreen.phase}`]
      : []),
    ...(degraded?.status === "True" ? [describeCondition("Degraded", degraded)] : []),
  ];
};

export const backupProblems = (cluster: BaoCluster): string[] => {
  const ready = conditionOf(cluster, "BackupConfigurationReady");
  return [
    ...(cluster.spec.backup?.target?.bucket === undefined
      ? ["It has no spec.backup: there is nowhere to back up to"]
      : []),
    ...(ready?.status === "False" ? [describeCondition("BackupConfigurationReady", ready)] : []),
  ];
};

/** @throws OperationFailed with every problem. */
export const refuseFor = (operation: string, problems: readonly string[], next: string): void => {
  if (problems.length > 0)
    throw new OperationFailed({
      what: `${operation} can't begin`,
      message: problems.map((one) => `- ${one}`).join("\n"),
      next,
    });
};
