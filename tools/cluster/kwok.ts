// kwok clusters: a real control plane and simulated nodes as local processes, all on 127.0.0.1, all in the cluster's own folder.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { oneContext } from "../../layers/cluster/kubeconfig.ts";
import type { ClusterSpec } from "../../layers/cluster/spec.ts";
import { UserError } from "../../lib/errors.ts";
import { usefulLines } from "./creation-errors.ts";
import type { Driver } from "./driver.ts";
import type { Host, RunOptions, RunResult } from "./host.ts";
import { pickPorts } from "./ports.ts";

const flags = {
  "--etcd-binary": "etcd",
  "--kube-apiserver-binary": "kube-apiserver",
  "--kube-controller-manager-binary": "kube-controller-manager",
  "--kube-scheduler-binary": "kube-scheduler",
  "--kwok-controller-binary": "kwok",
} as const;

const portOptions = [
  "kubeApiserverPort",
  "etcdPort",
  "etcdPeerPort",
  "kubeControllerManagerPort",
  "kubeSchedulerPort",
  "kwokControllerPort",
] as const;

const patch = (name: string, key: string, value: string) => ({ name, extraArgs: [{ key, value }] });

/**
 * kwokctl's own defaults bind every interface of the machine, let the controllers make two Deployments a second, and take the
 * first free ports below 32767: two clusters that start at the same time take the same ones.
 */
export const configuration = (ports: readonly number[]): string =>
  stringify({
    kind: "KwokctlConfiguration",
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    options: {
      bindAddress: "127.0.0.1",
      disableQPSLimits: true,
      ...Object.fromEntries(portOptions.map((name, index) => [name, ports[index]])),
    },
    componentsPatches: [
      // The API server's own default has room for 254 Services.
      patch("kube-apiserver", "service-cluster-ip-range", "10.96.0.0/16"),
      // There is no second one to lead, and who loses its lease while the API server is away ends, and nobody starts it again.
      patch("kube-controller-manager", "leader-elect", "false"),
      patch("kube-scheduler", "leader-elect", "false"),
    ],
  });

export const kwokDriver = (name: string, folder: string, host: Host): Driver => {
  const workdir = join(folder, "kwok");
  const home = join(workdir, "clusters", name);
  const kubeconfig = join(workdir, "kubeconfig");
  const config = join(workdir, "kwokctl.yaml");

  const kwokctl = async (args: readonly string[], options: RunOptions): Promise<RunResult> =>
    host.run(await host.locate("kwokctl"), ["--name", name, "--config", config, ...args], {
      ...options,
      env: { KWOK_WORKDIR: workdir, ...options.env },
    });

  /** Processes that kwokctl wrote down, by component. */
  const processes = (): ReadonlyMap<string, number> => {
    try {
      const pids = join(home, "pids");
      return new Map(
        readdirSync(pids).map((file) => [file.replace(/\.pid$/, ""), Number(readFileSync(join(pids, file), "utf8"))]),
      );
    } catch {
      return new Map();
    }
  };
  /** kwokctl kills whatever process has the number in a file; after a reboot that may be anybody's. */
  const dropStale = (): void => {
    for (const [component, pid] of processes())
      if (!host.isRunning(pid, home)) rmSync(join(home, "pids", `${component}.pid`), { force: true });
  };
  const running = (): boolean => {
    const pids = [...processes().values()];
    return pids.length > 0 && pids.every((pid) => host.isRunning(pid));
  };

  const trouble = async (): Promise<string> => {
    const logs = join(home, "logs");
    const ended = [...processes()].filter(([, pid]) => !host.isRunning(pid)).map(([component]) => component);
    try {
      const lines = readdirSync(logs)
        .map((file) => [file, usefulLines(readFileSync(join(logs, file), "utf8").slice(-8192), 2)])
        .filter(([, text]) => text !== "")
        .map(([file, text]) => `${file}: ${text}`);
      return [...(ended.length > 0 ? [`ended: ${ended.join(", ")}`] : []), ...lines].join("\n");
    } catch {
      return "";
    }
  };

  const remove = async (): Promise<void> => {
    if (!existsSync(workdir)) return;
    dropStale();
    const known = [...processes().values()];
    await kwokctl(["delete", "cluster", "--kubeconfig", kubeconfig], { timeoutSeconds: 60 }).catch(() => undefined);
    for (const pid of known) if (host.isRunning(pid, home)) host.kill(pid);
    rmSync(workdir, { recursive: true, force: true });
  };

  const build = async (spec: ClusterSpec, onStart: (pid: number) => void): Promise<string> => {
    if (spec.kind !== "kwok") throw new Error(`a ${spec.kind} cluster came to kwok's driver`);
    const binaries = await Promise.all(
      Object.entries(flags).map(async ([flag, program]) => [flag, await host.locate(program)]),
    );
    rmSync(workdir, { recursive: true, force: true });
    mkdirSync(workdir, { recursive: true, mode: 0o700 });
    writeFileSync(config, configuration(await pickPorts(portOptions.length, host)));
    host.say(`Starting the embedded cluster ${name}`);
    const args = ["create", "cluster", "--runtime", "binary", "--kubeconfig", kubeconfig, ...binaries.flat()];
    const result = await kwokctl(args, {
      env: { KWOK_KUBE_VERSION: `v${spec.kubernetes}` },
      timeoutSeconds: spec.timeoutSeconds,
      onStart,
    });
    if (result.code !== 0) {
      const log = await trouble();
      await remove().catch(() => {});
      throw new UserError(
        `The embedded cluster ${name} did not start${result.code === 124 ? ` within ${spec.timeoutSeconds} s` : ""}.\n` +
          [usefulLines(result.stderr, 5), log].filter((text) => text !== "").join("\n"),
      );
    }
    const source = { file: kubeconfig, folder: workdir, read: (file: string) => readFileSync(file) };
    return oneContext(readFileSync(kubeconfig, "utf8"), `kwok-${name}`, source).kubeconfig;
  };

  return {
    parts: async () => {
      if (!existsSync(join(home, "kwok.yaml"))) return [];
      // After a reboot an old number may be anybody's.
      const alive = [...processes().values()].map((pid) => host.isRunning(pid, home));
      const whole = alive.length > 0 && alive.every(Boolean);
      return [{ id: name, name, running: whole, partly: !whole && alive.some(Boolean) }];
    },
    seemsComplete: running,
    build,
    startOrder: async (parts) => parts,
    start: async () => {
      dropStale();
      // Half of the processes may still run, and kwokctl starts none whose pid file names a live one.
      await kwokctl(["stop", "cluster"], { timeoutSeconds: 60 });
      const result = await kwokctl(["start", "cluster"], { timeoutSeconds: 120 });
      if (result.code !== 0)
        throw new UserError(`The embedded cluster ${name} did not start again.\n${usefulLines(result.stderr, 5)}`);
    },
    stop: async () => {
      dropStale();
      await kwokctl(["stop", "cluster"], { timeoutSeconds: 60 });
    },
    trouble,
    volumes: async () => [],
    remove,
  };
};
