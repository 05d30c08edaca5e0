// What a running cluster has: objects that anybody with a reader's rights sees, and the Secrets that its own operators made.
import { connect } from "../drift/connect.ts";
import { type ExportedResource, wantedOf } from "../drift/state.ts";
import type { Deployment } from "../engine/pending.ts";
import { isObject, type Properties, stringAt } from "../plugins/rpc/values.ts";
import { liveSources } from "./documents.ts";
import type { Source } from "./files.ts";

/** Where a program or an operator could have put a value in clear: `kubectl get` shows all of it. */
const lists: Readonly<Record<string, string>> = {
  ConfigMap: "/api/v1/configmaps",
  Pod: "/api/v1/pods",
  Service: "/api/v1/services",
  Event: "/api/v1/events",
  Deployment: "/apis/apps/v1/deployments",
  StatefulSet: "/apis/apps/v1/statefulsets",
  DaemonSet: "/apis/apps/v1/daemonsets",
  Job: "/apis/batch/v1/jobs",
  CronJob: "/apis/batch/v1/cronjobs",
};

export interface LiveSecret {
  readonly name: string;
  /** Base64, as the API has it. */
  readonly data: Readonly<Record<string, string>>;
}

export interface Live {
  readonly sources: readonly Source[];
  readonly secrets: readonly LiveSecret[];
}

const liveSecret = (object: Properties): readonly LiveSecret[] => {
  const data = object["data"];
  // A release record is a whole chart, packed: what is secret in it is in the state and in the Secrets that it made.
  if (!isObject(data) || stringAt(object, "type") === "helm.sh/release.v1") return [];
  const [namespace = "", name = ""] = ["namespace", "name"].map((key) => stringAt(object, "metadata", key));
  return [{ name: `${namespace}/${name}`, data: data as Readonly<Record<string, string>> }];
};

/** @returns why the cluster was not looked at, where it was not. */
export async function lookAtCluster(deployment: Deployment): Promise<Live | string> {
  const { provider } = wantedOf((deployment.resources ?? []) as readonly ExportedResource[]);
  if (provider === undefined) return "the state has no objects";
  try {
    const cluster = await connect(provider);
    const found = await Promise.all(
      Object.entries(lists).map(async ([kind, path]) => liveSources(kind, await cluster.list(path))),
    );
    return { sources: found.flat(), secrets: (await cluster.list("/api/v1/secrets")).flatMap(liveSecret) };
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  }
}
