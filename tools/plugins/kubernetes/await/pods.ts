// Why pods do not run: what their containers wait for or died of, and the cluster's last warnings about them.
import { at, isObject, listAt, numberAt, type Properties, stringAt } from "../../rpc/values.ts";
import { condition, type KubeObject, nameOf, namespaceOf } from "../object.ts";

/** States that are a normal part of starting. */
const harmless: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing"]);

const containerProblems = (status: Properties): string[] => {
  if (status["ready"] === true) return [];
  const name = stringAt(status, "name") ?? "";
  const problems: string[] = [];
  const reason = stringAt(status, "state", "waiting", "reason");
  if (reason !== undefined && !harmless.has(reason)) {
    problems.push(
      `container "${name}" waits: [${reason}] ${stringAt(status, "state", "waiting", "message") ?? ""}`.trim(),
    );
  }
  for (const ended of [at(status, "state", "terminated"), at(status, "lastState", "terminated")]) {
    if (!isObject(ended) || ended["reason"] === "Completed") continue;
    const message = stringAt(ended, "message");
    problems.push(
      `container "${name}" ended with exit code ${numberAt(ended, "exitCode") ?? "?"} (${stringAt(ended, "reason") ?? "Error"})` +
        (message ? `: ${message.trim()}` : ""),
    );
  }
  return [...new Set(problems)];
};

const statuses = (pod: KubeObject): Properties[] =>
  [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")].filter(isObject);

/** One line per problem: `[Pod namespace/name]: ...`. Empty for a pod that runs. */
export const podProblems = (pod: KubeObject): string[] => {
  const label = `[Pod ${namespaceOf(pod)}/${nameOf(pod)}]`;
  const found = statuses(pod).flatMap(containerProblems);
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.["status"] === "False") found.push(stringAt(scheduled, "message") ?? "not scheduled");
  const failure = stringAt(pod, "status", "message");
  if (stringAt(pod, "status", "phase") === "Failed" && failure) found.push(failure);
  return found.map((text) => `${label}: ${text}`);
};

/** Containers whose last words tell why they ended. */
export const endedContainers = (pod: KubeObject): { container: string; previous: boolean }[] =>
  statuses(pod).flatMap((status): { container: string; previous: boolean }[] => {
    const container = stringAt(status, "name");
    if (container === undefined || status["ready"] === true) return [];
    const ended = at(status, "state", "terminated");
    if (isObject(ended) && numberAt(ended, "exitCode") !== 0) return [{ container, previous: false }];
    return at(status, "lastState", "terminated") === undefined ? [] : [{ container, previous: true }];
  });

/** Last warnings, newest last, each once: `[Kind name]: [Reason] message`. */
export const warnings = (events: readonly Properties[], limit = 5): string[] => {
  const time = (event: Properties): string =>
    stringAt(event, "series", "lastObservedTime") ??
    stringAt(event, "lastTimestamp") ??
    stringAt(event, "eventTime") ??
    stringAt(event, "metadata", "creationTimestamp") ??
    "";
  const lines = events
    .filter((event) => event["type"] === "Warning")
    .sort((a, b) => (time(a) < time(b) ? -1 : 1))
    .map((event) => {
      const target = `[${stringAt(event, "involvedObject", "kind")} ${stringAt(event, "involvedObject", "name")}]`;
      return `${target}: [${stringAt(event, "reason")}] ${stringAt(event, "message") ?? ""}`.trim();
    });
  return [...new Set(lines)].slice(-limit);
};
