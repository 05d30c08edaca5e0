// A real API server with one simulated node, for tests: started with the toolchain's binaries, gone with the test.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { ApiClient } from "../../tools/plugins/kubernetes/client.ts";
import { Cluster } from "../../tools/plugins/kubernetes/cluster.ts";
import { Discovery } from "../../tools/plugins/kubernetes/discovery.ts";
import type { KubeObject } from "../../tools/plugins/kubernetes/object.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { tools } from "../../versions.ts";

const run = promisify(execFile);

export interface TestCluster {
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  readonly api: Cluster;
  get(kind: string, name: string, namespace?: string): Promise<KubeObject | undefined>;
  delete(kind: string, name: string, namespace?: string): Promise<void>;
  stop(): Promise<void>;
}

const flags = {
  "--etcd-binary": "etcd",
  "--kube-apiserver-binary": "kube-apiserver",
  "--kube-controller-manager-binary": "kube-controller-manager",
  "--kube-scheduler-binary": "kube-scheduler",
  "--kwok-controller-binary": "kwok",
} as const;

/** `apps/v1/Deployment` or `v1/ConfigMap`. */
const identity = (kind: string) => {
  const parts = kind.split("/");
  const [group = "", version = "", name = ""] = parts.length === 3 ? parts : ["", ...parts];
  return { group, version, kind: name };
};

/** Fails, and does not skip, where a binary is missing. */
export const startCluster = async (): Promise<TestCluster> => {
  const kwokctl = await locate("kwokctl");
  const binaries = await Promise.all(Object.entries(flags).map(async ([flag, name]) => [flag, await locate(name)]));
  const folder = await mkdtemp(join(tmpdir(), "strata-plugins-"));
  const kubeconfig = join(folder, "kubeconfig");
  const env = { ...process.env, KWOK_WORKDIR: folder, KWOK_KUBE_VERSION: `v${tools.kubernetes}` };
  const command = (...args: string[]) => run(kwokctl, ["--name", "plugins", ...args], { env, timeout: 180_000 });
  const stop = async (): Promise<void> => {
    await command("delete", "cluster").catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await command(
      "create",
      "cluster",
      "--runtime",
      "binary",
      ...binaries.flat(),
      "--kubeconfig",
      kubeconfig,
      "--wait",
      "120s",
    );
    await command("scale", "node", "--replicas", "1");
  } catch (error) {
    await stop();
    throw error;
  }
  const config = new KubeConfig();
  config.loadFromString(await readFile(kubeconfig, "utf8"));
  const client = new ApiClient(config, { requestsPerSecond: 100, burst: 100, timeoutSeconds: 30 });
  const api = new Cluster(client, new Discovery(client));
  return {
    kubeconfig,
    api,
    get: (kind, name, namespace = "") => api.get({ identity: identity(kind), namespace, name }),
    delete: (kind, name, namespace = "") => api.delete({ identity: identity(kind), namespace, name }, "Background"),
    stop: async () => {
      client.close();
      await stop();
    },
  };
};
