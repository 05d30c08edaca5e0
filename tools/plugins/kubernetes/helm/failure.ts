// Why a release failed: helm's own sentence, and what the cluster tells about the objects that are not ready. No secrets.
import { isObject, isSecret, type Properties, type Value } from "../../rpc/values.ts";
import { failureDetails } from "../await/details.ts";
import { evaluate } from "../await/rules.ts";
import { type Cluster, placeOf } from "../cluster.ts";
import { identityOf, type KubeObject, nameOf, withMetadata } from "../object.ts";
import type { ReleaseRecord } from "./record.ts";

/** Shorter ones are in every other word. */
const lowestLength = 4;

const secretTexts = (value: Value | undefined, hidden = false): string[] => {
  if (isSecret(value)) return secretTexts(value.value, true);
  if (Array.isArray(value)) return value.flatMap((item) => secretTexts(item, hidden));
  if (isObject(value)) return Object.values(value).flatMap((member) => secretTexts(member, hidden));
  if (!hidden || typeof value !== "string" || value.length < lowestLength) return [];
  return [value, Buffer.from(value).toString("base64")];
};

/** A template's error may quote the values that it was given. */
export const redact = (text: string, inputs: Properties): string =>
  secretTexts(inputs)
    .sort((a, b) => b.length - a.length)
    .reduce((result, hidden) => result.replaceAll(hidden, "[secret]"), text);

const mostObjects = 5;
const awaited: ReadonlySet<string> = new Set([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "Pod",
  "PersistentVolumeClaim",
]);

const problemsOf = async (cluster: Cluster, object: KubeObject): Promise<string[]> => {
  const live = await cluster.get(placeOf(object));
  if (!live) return [];
  const verdict = evaluate(live, {}, {});
  if (verdict.state === "ready") return [];
  const label = `${identityOf(live).kind} "${nameOf(live)}"`;
  const summary = verdict.state === "waiting" ? verdict.status : verdict.reasons.join("; ");
  const reasons = verdict.state === "waiting" ? verdict.reasons.filter((reason) => reason !== summary) : [];
  return [`${label}: ${summary}`, ...reasons, ...(await failureDetails(cluster, live))];
};

/** What did not become ready, one line each. Empty where the cluster does not tell. */
export const notReady = async (cluster: Cluster, namespace: string, record: ReleaseRecord): Promise<string[]> => {
  const objects = [...record.hooks, ...record.objects]
    .filter((object) => awaited.has(identityOf(object).kind))
    .map((object) => withMetadata(object, "namespace", (object["metadata"] as Properties)["namespace"] ?? namespace));
  const found: string[] = [];
  let told = 0;
  for (const object of objects) {
    const problems = await problemsOf(cluster, object).catch(() => []);
    if (problems.length > 0 && ++told <= mostObjects) found.push(...problems);
  }
  return [...new Set(found)];
};
