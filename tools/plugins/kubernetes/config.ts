// The provider's own arguments: which change means another cluster, and what they set.
import type { DiffRequest, DiffResult } from "../rpc/provider.ts";
import { containsUnknown, deepEqual, plainObject } from "../rpc/values.ts";
import { activeCluster, type Selection, selectionOf } from "./kubeconfig.ts";

const clusterKeys = ["kubeconfig", "context", "cluster"] as const;

/**
 * A changed clusterIdentifier replaces the provider and with it every object; an unchanged one keeps them, whatever the
 * kubeconfig became. Without an identifier the active cluster of the kubeconfig decides, and an unknown one replaces.
 */
export const diffConfig = ({ olds, news }: Pick<DiffRequest, "olds" | "news">): DiffResult => {
  const [before, after] = [plainObject(olds), plainObject(news)];
  delete before["version"];
  delete after["version"];
  const diffs = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !deepEqual(before[key], after[key]))
    .sort();
  if (diffs.length === 0) return { changes: false };
  const [was, is] = [before["clusterIdentifier"], after["clusterIdentifier"]];
  if (was !== undefined && was === is && is !== "" && !containsUnknown(is)) return { changes: true, diffs };
  const replaces: string[] = was !== undefined && is !== undefined && was !== is ? ["clusterIdentifier"] : [];
  const unknown = clusterKeys.find((key) => containsUnknown(after[key]));
  if (unknown) return { changes: true, diffs: [unknown], replaces: [...replaces, unknown] };
  if (diffs.includes("renderYamlToDirectory")) replaces.push("renderYamlToDirectory");
  const [oldCluster, newCluster] = [activeCluster(selectionOf(before)), activeCluster(selectionOf(after))];
  if (oldCluster !== undefined && newCluster !== undefined && oldCluster !== newCluster) {
    replaces.push(...clusterKeys.filter((key) => diffs.includes(key)));
  }
  return { changes: true, diffs, replaces };
};

export interface Settings {
  readonly selection: Selection;
  /** Folder that objects are written to, in place of any cluster. */
  readonly renderDirectory?: string;
  /** Namespace of the provider; the kubeconfig's or "default" otherwise. */
  readonly namespace?: string;
  readonly mutable: { readonly configMaps: boolean; readonly secrets: boolean };
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly patchForce: boolean;
  /** Adopt an object that exists already instead of failing. */
  readonly upsert: boolean;
  /** Requests a second, and how many at once before that holds. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Of one request; 0: 60 s. */
  readonly timeoutSeconds: number;
}

// A local API server answers a thousand requests a second; the official defaults (50 and 120) would hold 150 objects back.
const defaultRate = 400;
const defaultBurst = 800;

const number = (text: string | undefined, what: string): number | undefined => {
  if (text === undefined || text === "") return undefined;
  const parsed = Number(text);
  if (!Number.isFinite(parsed) || parsed < 0) throw new Error(`${what} must be a number of 0 or more, not "${text}"`);
  return parsed;
};

/** Arguments as `Configure` gets them (strings, structured ones as JSON), with the official environment variables behind them. */
export const settingsOf = (
  variables: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Settings => {
  const get = (key: string): string | undefined => variables[`kubernetes:config:${key}`];
  const flag = (key: string, variable: string): boolean => (get(key) ?? env[variable]) === "true";
  if (get("enableServerSideApply") === "false") {
    throw new Error("the offline kubernetes plugin only knows server-side apply: leave enableServerSideApply out");
  }
  let client: Record<string, unknown>;
  try {
    client = JSON.parse(get("kubeClientSettings") || "{}") as Record<string, unknown>;
  } catch {
    throw new Error("kubeClientSettings is not JSON");
  }
  const setting = (key: string, variable: string): number | undefined =>
    number(client[key] === undefined ? env[variable] : String(client[key]), `kubeClientSettings.${key}`);
  const [namespace, kubeconfig] = [get("namespace"), get("kubeconfig")];
  const [context, cluster] = [get("context"), get("cluster")];
  const renderDirectory = get("renderYamlToDirectory");
  return {
    ...(renderDirectory && { renderDirectory }),
    selection: { ...(kubeconfig && { kubeconfig }), ...(context && { context }), ...(cluster && { cluster }) },
    ...(namespace && { namespace }),
    mutable: {
      configMaps: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
      secrets: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    },
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsert: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    requestsPerSecond: setting("qps", "PULUMI_K8S_CLIENT_QPS") || defaultRate,
    burst: setting("burst", "PULUMI_K8S_CLIENT_BURST") || defaultBurst,
    timeoutSeconds: setting("timeout", "PULUMI_K8S_CLIENT_TIMEOUT") ?? 0,
  };
};
