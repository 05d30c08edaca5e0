// What the cluster tells about an object that does not become ready: its pods, its warnings, its last words.
import { at, isObject, type Properties, stringAt } from "../../rpc/values.ts";
import type { Cluster } from "../cluster.ts";
import { identityOf, type KubeObject, nameOf, namespaceOf } from "../object.ts";
import { deliveredProblems } from "./delivered.ts";
import { endedContainers, podProblems, warnings } from "./pods.ts";

const logLines = 10;
const podsWithLogs = 2;

/** `a=b,c=d` of a workload's selector; undefined if it has none that is so simple. */
const podSelector = (object: KubeObject): string | undefined => {
  const labels = at(object, "spec", "selector", "matchLabels");
  if (!isObject(labels)) return undefined;
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
};

const podsOf = async (cluster: Cluster, object: KubeObject): Promise<Properties[]> => {
  if (identityOf(object).kind === "Pod") return [object];
  const labelSelector = podSelector(object);
  if (labelSelector === undefined) return [];
  return cluster.list(`/api/v1/namespaces/${namespaceOf(object)}/pods`, { labelSelector });
};

/** Problems of the object's pods, one line each. Empty if they cannot be read. */
export const problemsOfPods = async (cluster: Cluster, object: KubeObject): Promise<string[]> => {
  try {
    return (await podsOf(cluster, object)).flatMap(podProblems);
  } catch {
    return [];
  }
};

const eventsAbout = async (cluster: Cluster, object: KubeObject): Promise<Properties[]> => {
  const events = await cluster.list(`/api/v1/namespaces/${namespaceOf(object) || "default"}/events`, {
    fieldSelector: "type=Warning",
  });
  // ReplicaSets, Pods and claims of a workload carry its name and a dash.
  return events.filter((event) => {
    const name = stringAt(event, "involvedObject", "name") ?? "";
    return name === nameOf(object) || name.startsWith(`${nameOf(object)}-`);
  });
};

/** `[Kind name]: [Reason] message` -> message. */
const textOf = (warning: string): string => warning.replace(/^\[[^\]]*\]: \[[^\]]*\] /, "");

/** The last of those that differ by a number only: an engine tells the same at each try, with the milliseconds it took. */
const alike = (lines: readonly string[]): string[] => [
  ...new Map(
    lines.map((line) => [line.replace("(combined from similar events): ", "").replace(/\d+(\.\d+)?/g, "#"), line]),
  ).values(),
];

/** Everything worth telling when the wait fails. */
export const failureDetails = async (cluster: Cluster, object: KubeObject): Promise<string[]> => {
  const pods = await podsOf(cluster, object).catch(() => []);
  const events = await eventsAbout(cluster, object).catch(() => []);
  const ended = pods.flatMap((pod) => endedContainers(pod).map((entry) => ({ pod, ...entry }))).slice(0, podsWithLogs);
  const logs = await Promise.all(
    ended.map(async ({ pod, container, previous }) => {
      const lines = await cluster.log(pod, container, previous, logLines);
      return lines.length === 0
        ? []
        : [
            `[Pod ${namespaceOf(pod)}/${nameOf(pod)}]: last log lines of container "${container}":\n${lines.join("\n")}`,
          ];
    }),
  );
  const problems = pods.flatMap(podProblems);
  // The scheduler's complaint is both a condition of the pod and an event.
  const news = warnings(events).filter((line) => !problems.some((problem) => problem.endsWith(textOf(line))));
  const delivered = await deliveredProblems(cluster, object, (workload) => problemsOfPods(cluster, workload)).catch(
    () => [],
  );
  return [...problems, ...alike(news), ...delivered, ...logs.flat()];
};
