// Why a release failed: helm's own sentence, and what the cluster tells about the objects that are not ready. No secrets.
import { isObject, isSecret, listAt, type Properties, type Value } from "../../rpc/values.ts";
import { failureDetails } from "../await/details.ts";
import { evaluate } from "../await/rules.ts";
import { type Cluster, placeOf } from "../cluster.ts";
import { annotation, identityOf, type KubeObject, nameOf, namespaceOf, withMetadata } from "../object.ts";
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

/** As helm installs it: an object without a namespace goes to the release's. */
const placed = (object: KubeObject, namespace: string): KubeObject =>
  namespaceOf(object) === "" ? withMetadata(object, "namespace", namespace) : object;

/** What did not become ready, one line each. Empty where the cluster does not tell. */
export const notReady = async (cluster: Cluster, namespace: string, record: ReleaseRecord): Promise<string[]> => {
  const objects = [...record.hooks, ...record.objects].filter((object) => awaited.has(identityOf(object).kind));
  const found: string[] = [];
  let told = 0;
  for (const object of objects) {
    const problems = await problemsOf(cluster, placed(object, namespace)).catch(() => []);
    if (problems.length > 0 && ++told <= mostObjects) found.push(...problems);
  }
  return [...new Set(found)];
};

/** Left behind on purpose. */
const isKept = (object: KubeObject): boolean => annotation(object, "helm.sh/resource-policy") === "keep";

/** What is still there after its deletion was asked for, one line each, with what holds it. */
export const stillThere = async (cluster: Cluster, namespace: string, record: ReleaseRecord): Promise<string[]> => {
  const live = await Promise.all(
    record.objects
      .filter((object) => !isKept(object))
      .map((object) => cluster.get(placeOf(placed(object, namespace))).catch(() => undefined)),
  );
  const left = live.filter((object) => object !== undefined);
  const lines = left.slice(0, mostObjects).map((object) => {
    const finalizers = listAt(object, "metadata", "finalizers").join(", ");
    return `${identityOf(object).kind} "${nameOf(object)}" is still there${finalizers === "" ? "" : ` (finalizers: ${finalizers})`}`;
  });
  return left.length > lines.length ? [...lines, `and ${left.length - lines.length} more`] : lines;
};
