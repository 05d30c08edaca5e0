// kind clusters: the commands of kind and of the engine, in order, with their failures explained.
import semver from "semver";
import { kindNeeded } from "../../layers/cluster/node-config.ts";
import type { ClusterSpec, KindSpec } from "../../layers/cluster/spec.ts";
import { UserError } from "../../lib/errors.ts";
import { tools } from "../../versions.ts";
import { findBaked } from "../image/bake.ts";
import { byAddress, isAnonymous, mountedVolumes, removeContainers, startContainers } from "./containers.ts";
import { explainFailure, usefulLines } from "./creation-errors.ts";
import type { Driver } from "./driver.ts";
import { type Engine, openEngine } from "./engine.ts";
import type { Host } from "./host.ts";
import { requireFreePorts } from "./ports.ts";

const requireKindFor = async (host: Host, kind: string, kubernetes: string): Promise<void> => {
  const needed = kindNeeded(kubernetes, tools.kindMinimum);
  const result = await host.run(kind, ["version", "--quiet"], { timeoutSeconds: 10 });
  const version = result.stdout.trim();
  if (semver.valid(version) !== null && semver.gte(version, needed)) return;
  throw new UserError(
    `kind ${version || "of unknown version"} (${kind}) is too old for Kubernetes ${kubernetes}: ${needed} or later is needed.\n` +
      `Install kind ${tools.kind}, or take that one off PATH and run: npm run setup kind`,
  );
};

export const kindDriver = (name: string, host: Host): Driver => {
  // Opened at first use: on the healthy path nobody asks the engine.
  let opened: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => {
    opened ??= openEngine(host);
    return opened;
  };

  const kubeletLog = async (): Promise<string> => {
    const docker = await engine();
    const node = (await docker.nodes(name, "kind"))[0];
    if (!node) return "";
    const args = node.running
      ? ["exec", node.id, "journalctl", "--unit", "kubelet", "--lines", "40", "--no-pager", "--output", "cat"]
      : ["logs", "--tail", "20", node.id];
    const result = await docker.docker(args, { timeoutSeconds: 10 });
    return usefulLines(result.stdout + result.stderr, 6);
  };

  const remove = async (volumes: readonly string[] = []): Promise<void> => {
    const docker = await engine();
    const program = await host.locate("kind").catch(() => undefined);
    // kind also takes the context out of the user's kubeconfig; without it the containers still have to go.
    if (program !== undefined) await host.run(program, ["delete", "cluster", "--name", name], { timeoutSeconds: 120 });
    await removeContainers(docker, () => docker.nodes(name, "kind"));
    // They go with their containers, unless somebody removed those by hand.
    if (volumes.length > 0) await docker.docker(["volume", "rm", "--force", ...volumes], { timeoutSeconds: 60 });
  };

  const build = async (spec: ClusterSpec, onStart: (pid: number) => void): Promise<string> => {
    if (spec.kind !== "kind") throw new Error(`a ${spec.kind} cluster came to kind's driver`);
    const [docker, kind] = await Promise.all([engine(), host.locate("kind")]);
    await Promise.all([requireKindFor(host, kind, spec.kubernetes), requireFreePorts(host, docker, spec.hostPorts)]);
    await host.fetchImage(spec.nodeImage);
    const baked = await findBaked(
      (args) => docker.docker(args, { timeoutSeconds: 30 }),
      name,
      spec.nodeImage.reference,
    );
    host.say(`Creating the kind cluster ${name}${baked ? `, its images baked into ${baked}` : ""}`);
    const image = baked ? ["--image", baked] : [];
    // Kept on failure, because its kubelet's log is the only thing that says why.
    const created = await host.run(kind, ["create", "cluster", "--name", name, "--config", "-", "--retain", ...image], {
      input: spec.nodeConfig,
      timeoutSeconds: spec.timeoutSeconds,
      onStart,
    });
    if (created.code !== 0) throw await failure(spec, created.code, created.stderr);
    const kubeconfig = await host.run(kind, ["get", "kubeconfig", "--name", name], { timeoutSeconds: 30 });
    if (kubeconfig.code !== 0) throw await failure(spec, kubeconfig.code, kubeconfig.stderr);
    return kubeconfig.stdout;
  };

  const failure = async (spec: KindSpec, code: number, stderr: string): Promise<UserError> => {
    const log = await kubeletLog().catch(() => "");
    await remove().catch(() => {});
    return new UserError(
      explainFailure({
        tool: "kind",
        name,
        output: stderr,
        log,
        timedOutAfter: code === 124 ? spec.timeoutSeconds : undefined,
      }),
    );
  };

  return {
    parts: async () => (await engine()).nodes(name, "kind"),
    seemsComplete: () => true,
    build,
    startOrder: async (parts) => byAddress(await engine(), parts),
    start: async (parts) => startContainers(await engine(), parts, { tool: "kind", name }),
    stop: async (parts) => {
      const docker = await engine();
      await docker.docker(["stop", ...parts.map((part) => part.id)], { timeoutSeconds: 120 });
    },
    trouble: kubeletLog,
    volumes: async (parts) =>
      parts.length === 0 ? [] : (await mountedVolumes(await engine(), parts)).filter(isAnonymous),
    remove,
  };
};
