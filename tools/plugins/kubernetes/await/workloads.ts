// When Deployments, StatefulSets, DaemonSets and ReplicationControllers count as ready: their rollout is complete.
import { at, numberAt, stringAt } from "../../rpc/values.ts";
import { condition, type KubeObject, nameOf } from "../object.ts";
import { ready, type Verdict, waiting } from "./verdict.ts";

/** True once the controller has seen the object as it is now; before that its status is that of the last version. */
const observed = (object: KubeObject): boolean =>
  (numberAt(object, "status", "observedGeneration") ?? 0) >= (numberAt(object, "metadata", "generation") ?? 1);

const replicas = (object: KubeObject): number => numberAt(object, "spec", "replicas") ?? 1;
const count = (object: KubeObject, field: string): number => numberAt(object, "status", field) ?? 0;

/** `[Reason] message` of a condition that should be True and is not. */
const complaint = (object: KubeObject, type: string): string[] => {
  const found = condition(object, type);
  if (!found || found["status"] === "True") return [];
  return [`[${stringAt(found, "reason") ?? type}] ${stringAt(found, "message") ?? ""}`.trim()];
};

export const deployment = (object: KubeObject): Verdict => {
  if (!observed(object)) return waiting("Waiting for the Deployment controller to see the change");
  const wanted = replicas(object);
  if (at(object, "spec", "paused") === true) return ready;
  const [updated, all] = [count(object, "updatedReplicas"), count(object, "replicas")];
  const [live, available] = [count(object, "readyReplicas"), count(object, "availableReplicas")];
  if (updated >= wanted && all <= updated && live >= wanted && available >= wanted) return ready;
  return waiting(
    `Waiting for app ReplicaSet to be available (${Math.min(updated, available)}/${wanted} Pods available)`,
    [
      ...complaint(object, "Progressing"),
      ...complaint(object, "ReplicaFailure"),
      ...complaint(object, "Available"),
      available < wanted
        ? "Minimum number of live Pods was not attained"
        : "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live",
    ],
  );
};

export const statefulSet = (object: KubeObject): Verdict => {
  if (!observed(object)) return waiting("Waiting for the StatefulSet controller to see the change");
  const wanted = replicas(object);
  const live = count(object, "readyReplicas");
  const strategy = stringAt(object, "spec", "updateStrategy", "type") ?? "RollingUpdate";
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const current = stringAt(object, "status", "currentRevision");
  const target = stringAt(object, "status", "updateRevision");
  const updated = count(object, "updatedReplicas");
  const rolledOut =
    strategy === "OnDelete" || current === target || (partition > 0 && updated >= Math.max(0, wanted - partition));
  if (live >= wanted && rolledOut) return ready;
  return waiting(
    live < wanted
      ? `Waiting for StatefulSet to be available (${live}/${wanted} Pods ready)`
      : `Waiting for StatefulSet to roll out (${updated}/${wanted} Pods updated)`,
    [
      `${live} out of ${wanted} replicas succeeded readiness checks`,
      ...(rolledOut
        ? []
        : [`StatefulSet controller failed to advance from revision "${current}" to revision "${target}"`]),
    ],
  );
};

export const daemonSet = (object: KubeObject): Verdict => {
  if (!observed(object)) return waiting("Waiting for the DaemonSet controller to see the change");
  const wanted = count(object, "desiredNumberScheduled");
  const onDelete = stringAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = onDelete ? wanted : count(object, "updatedNumberScheduled");
  const available = count(object, "numberAvailable");
  if (updated >= wanted && available >= wanted) return ready;
  return waiting(`Waiting for DaemonSet to be available (${Math.min(updated, available)}/${wanted} Pods available)`, [
    `DaemonSet "${nameOf(object)}" has ${updated} of ${wanted} Pods updated and ${available} of ${wanted} available`,
  ]);
};

export const replicationController = (object: KubeObject): Verdict => {
  const [wanted, available] = [replicas(object), count(object, "availableReplicas")];
  return available === wanted ? ready : waiting(`Waiting for ${wanted} Pods to be available (have ${available})`);
};
