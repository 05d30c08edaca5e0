// What the container engine is, from its own command line.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Captured, capture } from "../terminal/process.ts";
import { find } from "../toolchain/locate.ts";
import type { EngineFacts } from "./facts.ts";

interface DockerInfo {
  readonly ServerVersion?: string;
  readonly OperatingSystem?: string;
  readonly Name?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly Architecture?: string;
  readonly CgroupVersion?: string;
  readonly ServerErrors?: readonly string[] | null;
  /** Podman's own form, where its docker command is a shim. */
  readonly host?: {
    readonly arch?: string;
    readonly cpus?: number;
    readonly memTotal?: number;
    readonly cgroupVersion?: string;
  };
  readonly version?: { readonly Version?: string };
}

const productOf = ({ OperatingSystem = "", Name = "" }: DockerInfo): string => {
  const text = `${OperatingSystem} ${Name}`;
  if (/docker desktop/i.test(text)) return "Docker Desktop";
  if (/orbstack/i.test(text)) return "OrbStack";
  if (/colima/i.test(text)) return "Colima";
  if (/rancher/i.test(text)) return "Rancher Desktop";
  return "Docker";
};

/** Reads `docker info --format '{{json .}}'`, of Docker and of Podman's shim. */
export function parseInfo({ code, stdout, stderr }: Captured, ownKubernetes: boolean): EngineFacts {
  const message = (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";
  if (code === 124) return { state: "stopped", message: "no answer within 10 s" };
  let info: DockerInfo;
  try {
    info = JSON.parse(stdout) as DockerInfo;
  } catch {
    return { state: /permission denied/i.test(message) ? "denied" : "stopped", message };
  }
  const errors = info.ServerErrors ?? [];
  if (errors.length > 0 || (code !== 0 && info.ServerVersion === undefined && info.version === undefined)) {
    const text = errors.join("; ") || message;
    return { state: /permission denied/i.test(text) ? "denied" : "stopped", message: text };
  }
  if (info.host)
    return {
      state: "running",
      product: "Podman",
      version: info.version?.Version ?? "?",
      arch: info.host.arch ?? "",
      cpus: info.host.cpus ?? 0,
      memoryBytes: info.host.memTotal ?? 0,
      cgroup: (info.host.cgroupVersion ?? "").replace(/^v/, ""),
      ownKubernetes: false,
    };
  if (!info.ServerVersion) return { state: "stopped", message: message || "no server version" };
  const product = productOf(info);
  return {
    state: "running",
    product,
    version: info.ServerVersion,
    arch: info.Architecture ?? "",
    cpus: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    cgroup: info.CgroupVersion ?? "",
    ownKubernetes: ownKubernetes && product === "Docker Desktop",
  };
}

const settingsFiles = (): readonly string[] =>
  ["settings-store.json", "settings.json"].flatMap((file) => [
    join(homedir(), "Library/Group Containers/group.com.docker", file),
    join(homedir(), ".docker/desktop", file),
  ]);

const desktopKubernetes = (): boolean =>
  settingsFiles().some(
    (file) => existsSync(file) && /"kubernetesEnabled"\s*:\s*true/i.test(readFileSync(file, "utf8")),
  );

export async function engineFacts(): Promise<EngineFacts> {
  const docker = await find("docker");
  if (!docker) return { state: "missing" };
  const info = await capture(docker.path, ["info", "--format", "{{json .}}"], { timeoutMs: 10_000 });
  return parseInfo(info, desktopKubernetes());
}
