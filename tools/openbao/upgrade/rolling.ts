// From what is seen of a rolling upgrade to what has become of it. Pure.
import type { OpenBaoNames } from "../../../lib/openbao.ts";
import { done, failed, type Verdict, waiting } from "../follow.ts";
import { type BaoCluster, conditionOf, describeCondition, isTrue } from "../objects.ts";
import { isSettled } from "./blue-green.ts";
import type { Goal } from "./checks.ts";

/** Whether any replica runs the new version already: then the only way is forward. */
export const hasMoved = ({ status }: BaoCluster): boolean => (status?.upgrade?.completedPods ?? []).length > 0;

export const rollingVerdict = (cluster: BaoCluster, goal: Goal, names: OpenBaoNames): Verdict => {
  const { status, spec } = cluster;
  const progress = status?.upgrade;
  const degraded = conditionOf(cluster, "Degraded");
  const replaced = progress?.completedPods ?? [];
  const lines = [
    `phase ${status?.phase ?? "unknown"}`,
    ...(progress
      ? [`${replaced.length} of ${spec.replicas ?? 0} replicas replaced, partition ${progress.currentPartition ?? 0}`]
      : []),
    ...(isTrue(degraded) ? [describeCondition("Degraded", degraded)] : []),
  ];
  const failure = progress?.failure;
  if (failure?.reason || (!progress && isTrue(degraded)))
    return failed(
      {
        what: hasMoved(cluster)
          ? `The upgrade to ${goal.version} failed half way, and the operator holds it`
          : `The upgrade to ${goal.version} failed before a replica was replaced`,
        ...(failure?.reason !== undefined
          ? { reason: failure.reason }
          : degraded?.reason !== undefined && { reason: degraded.reason }),
        message: failure?.message ?? degraded?.message ?? "",
        next: hasMoved(cluster)
          ? `Correct what it names, and let it go on: kubectl -n ${names.namespace} patch openbaocluster ${names.cluster} --type merge -p '{"spec":{"upgrade":{"requests":{"retry":"'$(date -u +%s)'"}}}}'. Then run the same command again, which goes on watching`
          : "Correct what it names, and run the same command again",
      },
      ...lines,
    );
  if (isSettled(cluster, goal.version) && !progress) return done(...lines);
  return waiting(...lines);
};
