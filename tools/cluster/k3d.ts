// k3d clusters: the commands of k3d and of the engine, in order, with their failures explained.
import type { ClusterSpec, K3dSpec } from "../../layers/cluster/spec.ts";
import { UserError } from "../../lib/errors.ts";
import { byAddress, isAnonymous, mountedVolumes, removeContainers, startContainers } from "./containers.ts";
import { explainFailure, usefulLines } from "./creation-errors.ts";
import type { Driver } from "./driver.ts";
import { type Engine, nodeLabels, openEngine } from "./engine.ts";
import type { Host } from "./host.ts";
import { requireFreePorts } from "./ports.ts";

/**
 * Variables that k3d is run with. It takes every key of its file from K3D_* as well, and those win: one that is left in a
 * shell would build another cluster than the stack file's. Empty counts as unset. The fixes of its entrypoint (K3D_FIX_*) are
 * the machine's own matter.
 */
export const k3dEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  toolsImage?: string,
): Record<string, string> => ({
  ...Object.fromEntries(
    Object.keys(env)
      .filter((name) => name.startsWith("K3D_") && !name.startsWith("K3D_FIX_"))
      .map((name) => [name, ""]),
  ),
  // k3d writes what is below a warning to standard output, where the kubeconfig is.
  LOG_LEVEL: "",
  ...(toolsImage !== undefined && { K3D_IMAGE_TOOLS: toolsImage }),
});

/** Of the tool's container: it comes and goes, and is no part of the cluster. */
const helperRole = "noRole";

/** On stop a server first drains itself, and pods get 30 s to end; the engine's own 10 s would cut that off. */
const stopSeconds = 60;

/** Past the time that k3d gives itself: it is ended only where it hangs. */
const graceSeconds = 30;

export const k3dDriver = (name: string, host: Host): Driver => {
  // Opened at first use: on the healthy path nobody asks the engine.
  let opened: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => {
    opened ??= openEngine(host);
    return opened;
  };

  const containers = async () => (await engine()).nodes(name, "k3d");
  const nodes = async () => (await containers()).filter(({ role }) => role !== helperRole);

  /** Of the server: k3s writes everything to its standard output, the kubelet and containerd too. */
  const log = async (): Promise<string> => {
    const docker = await engine();
    const [server] = await nodes();
    if (!server) return "";
    const result = await docker.docker(["logs", "--tail", "100", server.id], { timeoutSeconds: 10 });
    return usefulLines(result.stdout + result.stderr, 6);
  };

  const list = async (args: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await (await engine()).docker(args, { timeoutSeconds: 10 });
    return stdout.split("\n").filter((line) => line !== "");
  };

  /** What is left where k3d was killed, is not there, or was not told everything. */
  const sweep = async (volumes: readonly string[]): Promise<void> => {
    const docker = await engine();
    await removeContainers(docker, containers);
    const [labelled, networks] = await Promise.all([
      list(["volume", "ls", "--quiet", "--filter", `label=${nodeLabels.k3d.cluster}=${name}`]),
      // Without this the next creation takes the network over, and k3d never removes one that it did not make.
      list(["network", "ls", "--quiet", "--filter", "label=app=k3d", "--filter", `name=^k3d-${name}$`]),
    ]);
    const all = [...new Set([...volumes, ...labelled])];
    if (all.length > 0) await docker.docker(["volume", "rm", "--force", ...all], { timeoutSeconds: 60 });
    if (networks.length === 0) return;
    const removed = await docker.docker(["network", "rm", ...networks], { timeoutSeconds: 60 });
    if (removed.code !== 0) host.say(`The network k3d-${name} stays: something else is connected to it`);
  };

  const remove = async (volumes: readonly string[] = []): Promise<void> => {
    // Throws where the engine is off: k3d would wait for it.
    await containers();
    const program = await host.locate("k3d").catch(() => undefined);
    if (program !== undefined)
      await host.run(program, ["cluster", "delete", name], { env: k3dEnvironment(process.env), timeoutSeconds: 120 });
    await sweep(volumes);
  };

  const failure = async (spec: K3dSpec, code: number, stderr: string): Promise<UserError> => {
    const words = await log().catch(() => "");
    await remove().catch(() => {});
    const late = code === 124 || /deadline exceeded/i.test(stderr);
    return new UserError(
      explainFailure({
        tool: "k3d",
        name,
        // That nothing was rolled back is as asked, and no longer true.
        output: stderr.replaceAll(/^.*rollback deactivated.*$/gim, ""),
        log: words,
        timedOutAfter: late ? spec.timeoutSeconds : undefined,
      }),
    );
  };

  /** k3d waits for k3s, whose API server is up before its containerd. */
  const waitForContainerd = async (spec: K3dSpec): Promise<void> => {
    const docker = await engine();
    const deadline = host.now() + spec.timeoutSeconds * 1000;
    for (const node of spec.nodes)
      for (;;) {
        const { code, stderr } = await docker.docker(["exec", node, "ctr", "version"], { timeoutSeconds: 10 });
        if (code === 0) break;
        if (host.now() >= deadline) throw await failure(spec, 124, stderr);
        await host.sleep(250);
      }
  };

  const loadSystemImages = async (spec: K3dSpec): Promise<void> => {
    await waitForContainerd(spec);
    try {
      await Promise.all(
        spec.systemImages.map((image) =>
          host.loadImage({ ...image, cluster: name, nodes: spec.nodes, distribution: "k3s" }),
        ),
      );
    } catch (error) {
      await remove().catch(() => {});
      throw error;
    }
  };

  const build = async (spec: ClusterSpec, onStart: (pid: number) => void): Promise<string> => {
    if (spec.kind !== "k3d") throw new Error(`a ${spec.kind} cluster came to k3d's driver`);
    const [docker, k3d] = await Promise.all([engine(), host.locate("k3d")]);
    await requireFreePorts(host, docker, spec.hostPorts);
    const { nodeImage, toolsImage, systemImages } = spec;
    await Promise.all([nodeImage, toolsImage, ...systemImages].map((image) => host.fetchImage(image)));
    await sweep([]);
    host.say(`Creating the k3d cluster ${name}`);
    const env = k3dEnvironment(process.env, toolsImage.reference);
    const created = await host.run(
      k3d,
      // Kept on failure, because the node's log is the only thing that says why.
      ["cluster", "create", "--config", "-", "--wait", "--timeout", `${spec.timeoutSeconds}s`, "--no-rollback"],
      { input: spec.config, env, timeoutSeconds: spec.timeoutSeconds + graceSeconds, onStart },
    );
    if (created.code !== 0) throw await failure(spec, created.code, created.stderr);
    const kubeconfig = await host.run(k3d, ["kubeconfig", "get", name], { env, timeoutSeconds: 30 });
    if (kubeconfig.code !== 0) throw await failure(spec, kubeconfig.code, kubeconfig.stderr);
    await loadSystemImages(spec);
    return kubeconfig.stdout;
  };

  return {
    parts: nodes,
    seemsComplete: () => true,
    build,
    startOrder: async (parts) => byAddress(await engine(), parts),
    // Not `k3d cluster start`: that makes a helper container each time, which takes an address, and adds only names of hosts.
    start: async (parts) => startContainers(await engine(), parts, { tool: "k3d", name }),
    stop: async (parts) => {
      const docker = await engine();
      await docker.docker(["stop", "-t", String(stopSeconds), ...parts.map((part) => part.id)], {
        timeoutSeconds: stopSeconds + 60,
      });
    },
    trouble: log,
    volumes: async (parts) =>
      parts.length === 0
        ? []
        : (await mountedVolumes(await engine(), parts)).filter(
            (volume, index, all) =>
              (isAnonymous(volume) || volume === `k3d-${name}-images`) && all.indexOf(volume) === index,
          ),
    remove,
  };
};
