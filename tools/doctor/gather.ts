// Asks the machine for everything that the doctor judges. Changes nothing.
import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { request } from "node:https";
import { cpus, homedir, totalmem } from "node:os";
import { dirname } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../config/parse.ts";
import { type Config, secretKeys } from "../../config/schema.ts";
import { k3dNodeNames } from "../../layers/cluster/k3d-config.ts";
import { clusterName, clusterSpec, kindNodeNames } from "../../layers/cluster/spec.ts";
import { isContainerKind } from "../../lib/cluster-kinds.ts";
import { plugins } from "../../versions.ts";
import { nodeLabels } from "../cluster/engine.ts";
import { look } from "../cluster/look.ts";
import { openLifecycle } from "../cluster/open.ts";
import { chooseBackend, readCredentials } from "../engine/backend.ts";
import { usesCharts } from "../engine/charts.ts";
import { stackName, toolsFor, type Variant } from "../engine/session.ts";
import { readStackFile, stackFolder } from "../engine/stack-file.ts";
import { capture } from "../terminal/process.ts";
import { isToolName, toolOf } from "../toolchain/catalogue.ts";
import { find, onPath, versionOf } from "../toolchain/locate.ts";
import { paths } from "../toolchain/paths.ts";
import { settled } from "../toolchain/plugins.ts";
import type { AwsAccess } from "./aws/index.ts";
import { zoneIdsOf } from "./aws/zones.ts";
import { engineFacts } from "./engine.ts";
import type { ClusterInfo, EngineFacts, Facts, PortFacts, ToolFacts } from "./facts.ts";
import { listeners } from "./listeners.ts";

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Config of a stack file, checked; throws a ConfigError with every mistake at once. */
export function configOf(stack: string, cluster: "kwok" | undefined): Config {
  const text = readStackFile(stackFolder(), stack);
  const { config = {} } = (parse(text) ?? {}) as StackFile;
  const sections: Record<string, string> = {};
  const secrets = new Set<string>();
  for (const [key, value] of Object.entries(config)) {
    const name = key.replace(/^strata:/, "");
    if (name === key) continue;
    if (name in secretKeys) secrets.add(name);
    else sections[name] = JSON.stringify(value);
  }
  return parseConfig({ file: `Pulumi.${stack}.yaml`, sections, secrets, ...(cluster && { overrides: { cluster } }) });
}

const nearestFolder = (path: string): string => (existsSync(path) ? path : nearestFolder(dirname(path)));

const diskOf = async (path: string, purpose: string): Promise<Facts["disks"][number]> => {
  const { bavail, bsize } = await statfs(nearestFolder(path));
  return { path, purpose, freeBytes: bavail * bsize };
};

async function toolFacts(name: string): Promise<ToolFacts> {
  const { version, fits, versionArgs } = isToolName(name)
    ? toolOf(name)
    : { version: "", fits: "*", versionArgs: ["--version"] };
  const found = await find(name);
  const [first] = onPath(name);
  const unfit =
    found === undefined && first !== undefined
      ? { path: first, version: await versionOf(first, versionArgs) }
      : undefined;
  return { name, wanted: version, fits, ...(found && { found }), ...(unfit && { unfit }) };
}

const sysctl = (name: string): number => Number(readFileSync(`/proc/sys/fs/inotify/${name}`, "utf8"));

const inotify = (): Facts["inotify"] => {
  try {
    return { watches: sysctl("max_user_watches"), instances: sysctl("max_user_instances") };
  } catch {
    return undefined;
  }
};

/** Names of running containers by the port that they publish. */
async function containersByPort(engine: EngineFacts): Promise<ReadonlyMap<number, string>> {
  if (engine.state !== "running") return new Map();
  const { stdout } = await capture("docker", ["ps", "--format", "{{.Names}}\t{{.Ports}}"], { timeoutMs: 10_000 });
  const found = new Map<number, string>();
  for (const line of stdout.split("\n")) {
    const [name = "", ports = ""] = line.split("\t");
    for (const match of ports.matchAll(/:(\d+)->/g)) found.set(Number(match[1]), name);
  }
  return found;
}

async function portFacts(
  ports: readonly number[],
  engine: EngineFacts,
  nodes: readonly string[],
): Promise<readonly PortFacts[]> {
  const taken = await listeners(ports);
  if (taken.size === 0) return ports.map((port) => ({ port }));
  const containers = await containersByPort(engine);
  return ports.map((port) => {
    const owner = taken.get(port);
    if (owner === undefined) return { port };
    const container = containers.get(port);
    if (container === undefined) return { port, owner: { name: owner, ours: false } };
    return { port, owner: { name: `container ${container}`, ours: nodes.includes(container) } };
  });
}

function existingProblem(file: string, context: string): string | undefined {
  const path = file.replace(/^~(?=\/|$)/, homedir());
  if (!existsSync(path)) return `the kubeconfig ${file} does not exist`;
  const { contexts = [] } = (parse(readFileSync(path, "utf8")) ?? {}) as { contexts?: readonly { name?: string }[] };
  const names = contexts.map(({ name }) => name);
  return names.includes(context)
    ? undefined
    : `${file} has no context "${context}"; it has: ${names.join(", ") || "none"}`;
}

/** Containers that the cluster's nodes are, or will be. */
const containersOf = (name: string, { cluster }: Config): readonly string[] => {
  if (cluster.kind === "kind") return kindNodeNames(name, cluster.workers);
  return cluster.kind === "k3d" ? k3dNodeNames(name, cluster.agents) : [];
};

async function clusterInfo(stack: string, config: Config, engine: EngineFacts): Promise<ClusterInfo> {
  const { cluster } = config;
  const name = clusterName(stack, cluster);
  if (cluster.kind === "existing") {
    const problem = existingProblem(cluster.kubeconfig, cluster.context);
    return {
      name: cluster.context,
      kind: "existing",
      state: "unknown",
      nodes: 0,
      foreign: false,
      ...(problem && { problem }),
    };
  }
  if (cluster.kind === "eks") return { name, kind: "eks", state: "unknown", nodes: 0, foreign: false };
  const { store, driver, connect } = openLifecycle(cluster.kind, name, () => undefined);
  const memory = store.read();
  const { state } = await look(store, driver, connect);
  const foreign =
    isContainerKind(cluster.kind) && memory === undefined && engine.state === "running"
      ? await capture("docker", ["ps", "-aq", "--filter", `label=${nodeLabels[cluster.kind].cluster}=${name}`], {
          timeoutMs: 10_000,
        }).then(({ stdout }) => stdout.trim() !== "")
      : false;
  return {
    name,
    kind: cluster.kind,
    state,
    ...(cluster.kind !== "kwok" && { kubernetes: cluster.kubernetes }),
    nodes: cluster.kind === "kwok" ? cluster.nodes : containersOf(name, config).length,
    foreign,
  };
}

const isRosetta = async (): Promise<boolean> =>
  process.platform === "darwin" &&
  process.arch === "x64" &&
  (await capture("sysctl", ["-n", "sysctl.proc_translated"])).stdout.trim() === "1";

const isWsl = (): boolean => {
  try {
    return /microsoft/i.test(readFileSync("/proc/version", "utf8"));
  } catch {
    return false;
  }
};

const goVersion = async (): Promise<string | undefined> => {
  const go = await find("go");
  return go && (await capture(go.path, ["env", "GOVERSION"])).stdout.trim().replace(/^go/, "");
};

const realAccess: AwsAccess = {
  aws: (args) => capture("aws", args, { timeoutMs: 30_000 }),
  answers: (url) =>
    new Promise((resolve) => {
      // Whether the port is open to us: who is behind it, the engine's own client checks.
      const call = request(url, { rejectUnauthorized: false, signal: AbortSignal.timeout(5000) }, (response) => {
        response.resume();
        resolve(true);
      });
      call.on("error", () => resolve(false));
      call.end();
    }),
};

export interface GatherArgs {
  readonly stack: string;
  readonly rehearse: boolean;
  readonly variant?: Variant;
}

export async function gather({ stack, rehearse, variant }: GatherArgs): Promise<Facts> {
  const where = paths();
  const config = configOf(stack, rehearse ? "kwok" : undefined);
  const name = stackName(stack, rehearse, variant);
  const engine = await engineFacts();
  const spec = clusterSpec(name, config.cluster, config.images, 0);
  const backend = chooseBackend(process.env, readCredentials(process.env), where);
  const cluster = await clusterInfo(name, config, engine);
  const kind = settled(where.pulumiHome, process.env);
  const wantsHelm = kind !== "official" && usesCharts(readStackFile(stackFolder(), stack));
  const [disk, tools, ports, rosetta, go] = await Promise.all([
    diskOf(where.cache, "tools and images"),
    Promise.all([...toolsFor(config.cluster.kind), ...(wantsHelm ? ["helm"] : [])].map(toolFacts)),
    portFacts(spec && "hostPorts" in spec ? spec.hostPorts : [], engine, containersOf(cluster.name, config)),
    isRosetta(),
    goVersion(),
  ]);
  const aws =
    config.cluster.kind === "eks"
      ? await (await import("./aws/index.ts")).awsChecks(
          { cluster: config.cluster, clusterName: cluster.name, zoneIds: zoneIdsOf(config) },
          realAccess,
        )
      : undefined;
  const limits = process.platform === "linux" ? inotify() : undefined;
  return {
    stack,
    os: process.platform,
    arch: process.arch,
    node: process.versions.node,
    rosetta,
    wsl: isWsl(),
    cpus: cpus().length,
    memoryBytes: totalmem(),
    disks: [disk],
    engine,
    tools,
    go,
    plugins: {
      kind,
      versions: Object.entries(plugins)
        .map(([plugin, version]) => `${plugin} ${version}`)
        .join(", "),
    },
    cluster,
    ports,
    ...(limits && { inotify: limits }),
    ...(aws && { aws }),
    backend: backend.kind === "local" ? backend.folder : `${backend.url} (${backend.because})`,
  };
}
