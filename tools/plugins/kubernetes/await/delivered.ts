// What keeps a delivery of a GitOps engine (Flux's Kustomization, Argo CD's Application) from being ready: its objects, and their pods.
import { at, isObject, listAt, stringAt } from "../../rpc/values.ts";
import type { Cluster } from "../cluster.ts";
import { condition, type Identity, identityOf, type KubeObject } from "../object.ts";

interface Unhealthy {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** What the engine says of it. */
  readonly said: string;
}

/** `StatefulSet/observability/tempo status: 'Failed'`, as Flux lists what is not healthy. */
const fluxItem = /\b([A-Z]\w+)\/([a-z0-9-]+)\/([a-z0-9.-]+) status: '(\w+)'/g;

const ofKustomization = (object: KubeObject): Unhealthy[] =>
  [...String(condition(object, "Ready")?.["message"] ?? "").matchAll(fluxItem)].map(
    ([, kind = "", namespace = "", name = "", status = ""]) => ({ kind, namespace, name, said: status }),
  );

const ofApplication = (object: KubeObject): Unhealthy[] =>
  listAt(object, "status", "resources")
    .filter(isObject)
    .flatMap((resource) => {
      const [status, health] = [stringAt(resource, "status"), stringAt(resource, "health", "status")];
      const isFine = status === "Synced" && (health === undefined || health === "Healthy");
      if (isFine) return [];
      return [
        {
          kind: stringAt(resource, "kind") ?? "",
          namespace: stringAt(resource, "namespace") ?? "",
          name: stringAt(resource, "name") ?? "",
          said: [status, health, stringAt(resource, "health", "message")].filter(Boolean).join(", "),
        },
      ];
    });

/** What a delivery says for itself, beside its objects. */
const ownWords = (object: KubeObject): string[] => {
  const operation = at(object, "status", "operationState");
  const failed = isObject(operation) && operation["phase"] !== "Succeeded" ? stringAt(operation, "message") : undefined;
  const conditions = listAt(object, "status", "conditions")
    .filter(isObject)
    .filter((entry) => /Error$/.test(stringAt(entry, "type") ?? ""))
    .map((entry) => stringAt(entry, "message"));
  return [...new Set([failed, ...conditions].filter((text) => text !== undefined && text !== ""))] as string[];
};

const workloads: Readonly<Record<string, Identity>> = {
  Deployment: { group: "apps", version: "v1", kind: "Deployment" },
  StatefulSet: { group: "apps", version: "v1", kind: "StatefulSet" },
  DaemonSet: { group: "apps", version: "v1", kind: "DaemonSet" },
  Job: { group: "batch", version: "v1", kind: "Job" },
};

/** Named where many objects wait for one reason. */
const shown = 5;

/**
 * Lines about the objects of a delivery that are not healthy; none for any other object.
 *
 * @param problems of a workload's pods, a line each.
 */
export const deliveredProblems = async (
  cluster: Cluster,
  object: KubeObject,
  problems: (workload: KubeObject) => Promise<string[]>,
): Promise<string[]> => {
  const { group, kind } = identityOf(object);
  const isApplication = group === "argoproj.io" && kind === "Application";
  if (!isApplication && !(group === "kustomize.toolkit.fluxcd.io" && kind === "Kustomization")) return [];
  const unhealthy = isApplication ? ofApplication(object) : ofKustomization(object);
  const lines = await Promise.all(
    unhealthy.slice(0, shown).map(async (entry) => {
      const { namespace, name } = entry;
      const identity = workloads[entry.kind];
      const live = identity && (await cluster.get({ identity, namespace, name }).catch(() => undefined));
      return [`[${entry.kind} ${namespace}/${name}]: ${entry.said}`, ...(live ? await problems(live) : [])];
    }),
  );
  const more = unhealthy.length - shown;
  return [
    ...(isApplication
      ? ownWords(object).map((text) => `[Application ${stringAt(object, "metadata", "name")}]: ${text}`)
      : []),
    ...lines.flat(),
    ...(more > 0 ? [`and ${more} more objects that are not healthy`] : []),
  ];
};
