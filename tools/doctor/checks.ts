// The doctor's judgement: facts in, verdicts with remedies out. Pure.
import { isContainerKind } from "../../lib/cluster-kinds.ts";
import { bytes } from "../terminal/duration.ts";
import type { Facts, ToolFacts } from "./facts.ts";

export type Verdict = "PASS" | "WARN" | "FAIL" | "INFO";

export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly says: string;
  /** What to do; every FAIL has one. */
  readonly remedy?: string;
}

const GiB = 2 ** 30;

const check = (name: string, verdict: Verdict, says: string, remedy?: string): Check => ({
  name,
  verdict,
  says,
  ...(remedy !== undefined && { remedy }),
});

const needsEngine = ({ cluster }: Facts): boolean => isContainerKind(cluster.kind);

/** A cluster that runs already holds its ports and its memory: limits for a new one do not matter. */
const exists = ({ cluster }: Facts): boolean => cluster.state === "healthy";

export function platformCheck({ os, arch, rosetta, wsl, node }: Facts): Check {
  const says = `${os} on ${arch}, Node.js ${node}${wsl ? ", WSL" : ""}`;
  if (os !== "linux" && os !== "darwin")
    return check("platform", "FAIL", says, "strata runs on Linux and macOS. On Windows, use WSL 2");
  if (arch !== "x64" && arch !== "arm64") return check("platform", "FAIL", says, "strata runs on amd64 and arm64");
  if (rosetta)
    return check(
      "platform",
      "WARN",
      `${says}, under Rosetta: everything it starts is emulated and slow`,
      "Install the arm64 build of Node.js",
    );
  return check("platform", "PASS", says);
}

export function engineChecks(facts: Facts): readonly Check[] {
  const { engine } = facts;
  if (!needsEngine(facts)) {
    const says = engine.state === "running" ? `${engine.product} ${engine.version}` : "none that answers";
    return [check("container engine", "INFO", `${says}; a cluster of kind ${facts.cluster.kind} needs none`)];
  }
  const rehearse = "or rehearse without one: npm run rehearse";
  switch (engine.state) {
    case "missing":
      return [
        check(
          "container engine",
          "FAIL",
          "not installed (no docker command on PATH)",
          `Install OrbStack, Docker Desktop or Colima (macOS), Docker Engine (Linux), or Podman with its docker command, ${rehearse}`,
        ),
      ];
    case "stopped":
      return [
        check(
          "container engine",
          "FAIL",
          `installed, but it does not answer: ${engine.message}`,
          `Start it (Docker Desktop, OrbStack, colima start, or: sudo systemctl start docker), ${rehearse}`,
        ),
      ];
    case "denied":
      return [
        check(
          "container engine",
          "FAIL",
          "it runs, but this user may not use its socket",
          `sudo usermod -aG docker $USER, then log in again, ${rehearse}`,
        ),
      ];
    case "running":
      return [
        check("container engine", "PASS", `${engine.product} ${engine.version}`),
        ...engineResources(facts, engine),
        ...(engine.ownKubernetes
          ? [
              check(
                "Docker Desktop Kubernetes",
                "WARN",
                "switched on: it takes memory, and ports that the stack may need",
                "Docker Desktop > Settings > Kubernetes: switch it off",
              ),
            ]
          : []),
      ];
  }
}

function engineResources(facts: Facts, engine: Extract<Facts["engine"], { state: "running" }>): readonly Check[] {
  const says = `${engine.cpus} CPUs, ${bytes(engine.memoryBytes)} memory`;
  const where = /desktop|colima|podman/i.test(engine.product)
    ? `Give ${engine.product} more in its settings`
    : "Use a bigger machine";
  const emulated = engine.arch !== "" && !sameArch(engine.arch, facts.arch);
  return [
    engine.memoryBytes < 3.5 * GiB && !exists(facts)
      ? check("engine resources", "FAIL", says, `The stack needs 4 GiB, and 8 GiB is comfortable. ${where}`)
      : engine.memoryBytes < 7.5 * GiB || engine.cpus < 4
        ? check(
            "engine resources",
            "WARN",
            says,
            `8 GiB and 4 CPUs are comfortable; with less, start-up is slower. ${where}`,
          )
        : check("engine resources", "PASS", says),
    ...(emulated
      ? [
          check(
            "engine architecture",
            "WARN",
            `${engine.arch} on a ${facts.arch} machine: every container is emulated`,
            "Use an engine of the machine's own architecture",
          ),
        ]
      : []),
    ...cgroupCheck(facts, engine.cgroup),
  ];
}

const sameArch = (engine: string, node: string): boolean =>
  (/x86_64|amd64/.test(engine) && node === "x64") || (/aarch64|arm64/.test(engine) && node === "arm64");

function cgroupCheck({ cluster }: Facts, cgroup: string): readonly Check[] {
  if (cgroup !== "1" || cluster.kubernetes === undefined) return [];
  const minor = Number(cluster.kubernetes.split(".")[1]);
  return minor >= 35
    ? [
        check(
          "cgroups",
          "FAIL",
          `version 1, and the kubelet of Kubernetes ${cluster.kubernetes} refuses it`,
          'Boot with cgroup v2 (systemd.unified_cgroup_hierarchy=1), or set strata:cluster.kubernetes to "1.34"',
        ),
      ]
    : [check("cgroups", "INFO", "version 1: works up to Kubernetes 1.34")];
}

export function machineChecks(facts: Facts): readonly Check[] {
  const memory =
    facts.memoryBytes < 1.5 * GiB && !exists(facts)
      ? check(
          "memory",
          "FAIL",
          `${bytes(facts.memoryBytes)} on this machine`,
          "At least 2 GiB are needed, even to rehearse",
        )
      : check("memory", "PASS", `${facts.cpus} CPUs, ${bytes(facts.memoryBytes)} on this machine`);
  const disks = facts.disks.map(({ path, purpose, freeBytes }) => {
    const says = `${bytes(freeBytes)} free for ${purpose} (${path})`;
    if (freeBytes < 3 * GiB && !exists(facts))
      return check(
        "disk",
        "FAIL",
        says,
        `Free at least 10 GiB${purpose === "containers" ? " (docker system prune)" : ""}`,
      );
    if (freeBytes < 10 * GiB) return check("disk", "WARN", says, "10 GiB are comfortable");
    return check("disk", "PASS", says);
  });
  return [memory, ...disks];
}

export function inotifyCheck({ inotify, cluster }: Facts): readonly Check[] {
  if (inotify === undefined || !isContainerKind(cluster.kind)) return [];
  const says = `${inotify.instances} instances, ${inotify.watches} watches`;
  return inotify.watches < 65_536 || inotify.instances < 128 * cluster.nodes
    ? [
        check(
          "inotify limits",
          "WARN",
          `${says}: pods of ${cluster.nodes} ${cluster.nodes === 1 ? "node" : "nodes"} may fail with "too many open files"`,
          "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
        ),
      ]
    : [check("inotify limits", "PASS", says)];
}

export function toolCheck(tool: ToolFacts): Check {
  const { name, found, unfit, wanted, fits } = tool;
  if (found)
    return check(
      name,
      "PASS",
      `${found.version ?? "?"}, ${found.from === "PATH" ? found.path : "installed by strata"}`,
    );
  if (unfit)
    return check(
      name,
      "INFO",
      `${unfit.path} is ${unfit.version ?? "of an unknown version"}, and ${fits} is needed: ${wanted} will be installed beside it`,
    );
  return check(name, "INFO", `not on this machine yet: ${wanted} will be installed`);
}

export function pluginCheck({ plugins, cluster, stack }: Facts): Check {
  if (plugins.kind === "offline" && cluster.kind === "eks")
    return check(
      "Pulumi plugins",
      "FAIL",
      "strata's offline ones, which serve local clusters only",
      `With a network: STRATA_PLUGINS=official npm start ${stack}. Without: npm run rehearse ${stack}`,
    );
  if (plugins.kind === undefined) return check("Pulumi plugins", "INFO", `will be installed: ${plugins.versions}`);
  return plugins.kind === "official"
    ? check("Pulumi plugins", "PASS", `official: ${plugins.versions}`)
    : check("Pulumi plugins", "PASS", `strata's offline ones for local clusters, in place of ${plugins.versions}`);
}

export function clusterCheck({ cluster, stack }: Facts): Check {
  const name = `cluster ${cluster.name}`;
  if (cluster.kind === "existing")
    return cluster.problem === undefined
      ? check(name, "PASS", "its kubeconfig and context exist")
      : check(name, "FAIL", cluster.problem, `Correct strata:cluster in Pulumi.${stack}.yaml`);
  if (cluster.foreign)
    return check(
      name,
      "FAIL",
      `a ${cluster.kind} cluster of that name exists, and strata did not create it`,
      `Delete it (${cluster.kind === "k3d" ? "k3d cluster delete" : "kind delete cluster --name"} ${cluster.name}), or set another strata:cluster.name in Pulumi.${stack}.yaml`,
    );
  switch (cluster.state) {
    case "absent":
      return check(name, "INFO", "not there yet: the next up creates it");
    case "unfinished":
      return check(name, "INFO", "half created by a run that was killed: the next up creates it anew");
    case "stopped":
      return check(name, "INFO", "stopped: the next up starts it");
    case "sick":
      return check(name, "WARN", "runs, but is not ready", "The next up restarts or replaces it: npm start");
    case "unknown":
      return check(name, "INFO", "was created here; the container engine does not answer, so its state is unknown");
    case "healthy":
      return check(name, "PASS", "healthy");
  }
}

export function portChecks({ ports, cluster }: Facts): readonly Check[] {
  if (ports.length === 0) return [];
  const taken = ports.filter(({ owner }) => owner !== undefined && !owner.ours);
  if (taken.length === 0) {
    const held = ports.filter(({ owner }) => owner?.ours).length;
    const list = ports.map(({ port }) => port).join(" ");
    return [check("ports", "PASS", held > 0 ? `${list}: ${held} held by ${cluster.name} itself` : `${list}: free`)];
  }
  return taken.map(({ port, owner }) =>
    check(
      `port ${port}`,
      "FAIL",
      `taken by ${owner?.name}`,
      owner?.name.startsWith("container ")
        ? `docker stop ${owner.name.slice("container ".length)}`
        : "Stop that process; the port is fixed, because it is part of the stack's URLs",
    ),
  );
}

export function allChecks(facts: Facts): readonly Check[] {
  return [
    platformCheck(facts),
    ...machineChecks(facts),
    ...engineChecks(facts),
    ...inotifyCheck(facts),
    ...portChecks(facts),
    ...(facts.aws ?? [clusterCheck(facts)]),
    ...facts.tools.map(toolCheck),
    ...(facts.tools.every(({ found }) => found)
      ? []
      : [
          check(
            "go",
            facts.go === undefined ? "INFO" : "PASS",
            facts.go === undefined
              ? "not installed: needed only where release downloads can't be reached"
              : `${facts.go}, builds tools where release downloads can't be reached`,
          ),
        ]),
    pluginCheck(facts),
    check("state", "INFO", facts.backend),
  ];
}

/** "9 passed, 1 warning, 0 failed". */
export function totals(checks: readonly Check[]): string {
  const n = (verdict: Verdict): number => checks.filter((entry) => entry.verdict === verdict).length;
  const warnings = n("WARN");
  return `${n("PASS")} passed, ${warnings} ${warnings === 1 ? "warning" : "warnings"}, ${n("FAIL")} failed`;
}
