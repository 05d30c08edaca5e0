// The world of an operation on a real cluster.
import { setTimeout as pause } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../lib/errors.ts";
import { ApiClient, ApiError, ConnectionError, isNotFound } from "../plugins/kubernetes/client.ts";
import { listAt, type Properties, type Value } from "../plugins/rpc/values.ts";
import { forwardTo } from "../verify/cluster.ts";
import { isReady, type Pod } from "./objects.ts";
import type { World } from "./world.ts";

export interface ClusterWorldArgs {
  readonly kubeconfig: string;
  readonly interrupted: AbortSignal;
  say(line: string): void;
}

const selectorOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** Whoever can't be reached is named, with what to do. */
const explained = (error: unknown): unknown =>
  error instanceof ConnectionError
    ? new UserError(`The cluster does not answer: ${error.message}\nStart it: npm run start:cluster`)
    : error;

export const clusterWorld = (args: ClusterWorldArgs): World & { close(): void } => {
  const config = new KubeConfig();
  config.loadFromString(args.kubeconfig);
  const client = new ApiClient(config, { requestsPerSecond: 200, burst: 200, timeoutSeconds: 30 });
  const send = (request: Parameters<ApiClient["send"]>[0]): Promise<Properties> =>
    client.send(request).catch((error: unknown) => {
      throw explained(error);
    });
  const list = async <T>(path: string, labels: Readonly<Record<string, string>> = {}): Promise<readonly T[]> => {
    try {
      const query = Object.keys(labels).length > 0 ? { labelSelector: selectorOf(labels) } : {};
      return listAt(await send({ path, query }), "items") as unknown as readonly T[];
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  };
  return {
    get: async <T>(path: string) => {
      try {
        return (await send({ path })) as T;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    list,
    patch: async <T>(path: string, body: object, manager: string) =>
      (await send({
        method: "PATCH",
        path,
        query: { fieldManager: manager },
        body: body as Value,
        contentType: "application/merge-patch+json",
      })) as T,
    create: async <T>(path: string, body: object) => (await send({ method: "POST", path, body: body as Value })) as T,
    remove: async (path) => {
      try {
        await send({ method: "DELETE", path });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    log: async (path, lines) => {
      try {
        const text = await client.text({ path: `${path}/log`, query: { tailLines: String(lines) }, timeoutSeconds: 5 });
        return text.split("\n").filter((line) => line !== "");
      } catch (error) {
        // Nothing runs, or ran, there.
        if (error instanceof ApiError || error instanceof ConnectionError) return [];
        throw error;
      }
    },
    forward: async ({ namespace, labels, port }, use) => {
      const pods = await list<Pod>(`/api/v1/namespaces/${namespace}/pods`, labels);
      const pod = pods.find(isReady)?.metadata.name;
      if (pod === undefined)
        throw new UserError(
          `No ready pod in namespace ${namespace} has ${selectorOf(labels)}: ${pods.map(({ metadata, status }) => `${metadata.name} ${status?.phase}`).join(", ") || "there is none"}`,
        );
      return forwardTo(config, { namespace, pod, port }, use);
    },
    now: () => Date.now(),
    sleep: (milliseconds) => pause(milliseconds, undefined, { signal: args.interrupted }).catch(() => undefined),
    say: args.say,
    interrupted: args.interrupted,
    close: () => client.close(),
  };
};
