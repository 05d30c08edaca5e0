// Which ports on 127.0.0.1 are taken, and by whom: asked before kind or k3d fails half-way with the engine's own words.
import { UserError } from "../../lib/errors.ts";
import type { Engine } from "./engine.ts";
import type { Host } from "./host.ts";

const containerOn = async (engine: Engine, port: number): Promise<string | undefined> => {
  const result = await engine.docker(["ps", "--filter", `publish=${port}`, "--format", "{{.Names}}"]);
  const name = result.stdout.trim().split("\n")[0];
  return name ? `container ${name}` : undefined;
};

const processOn = async (host: Host, port: number): Promise<string | undefined> => {
  const lsof = await host.run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fcp"], { timeoutSeconds: 5 });
  const [, lsofPid] = /^p(\d+)/m.exec(lsof.stdout) ?? [];
  const [, lsofName] = /^c(.+)/m.exec(lsof.stdout) ?? [];
  if (lsofPid && lsofName) return `process ${lsofName} (pid ${lsofPid})`;
  const ss = await host.run("ss", ["-Hltnp", `sport = :${port}`], { timeoutSeconds: 5 });
  const [, ssName, ssPid] = /\("([^"]+)",pid=(\d+)/.exec(ss.stdout) ?? [];
  return ssName && ssPid ? `process ${ssName} (pid ${ssPid})` : undefined;
};

/** Throws a UserError that names each taken port and who has it. */
export const requireFreePorts = async (host: Host, engine: Engine, ports: readonly number[]): Promise<void> => {
  const free = await Promise.all(ports.map((port) => host.portIsFree(port)));
  const taken = ports.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const lines = await Promise.all(
    taken.map(async (port) => {
      const owner = (await containerOn(engine, port)) ?? (await processOn(host, port)) ?? "another user's process";
      return `  - 127.0.0.1:${port} is taken by ${owner}`;
    }),
  );
  throw new UserError(
    `The cluster needs ${taken.length === 1 ? "a port that is" : "ports that are"} taken:\n${lines.join("\n")}\n` +
      "Stop what holds them (for another cluster: kind delete cluster --name NAME, or k3d cluster delete NAME), then run this again.",
  );
};

/** Below what systems deal out to outgoing connections, so that a stopped cluster finds its ports free again; no node port either. */
const range = { from: 20_000, to: 30_000 } as const;

/** That many different ports of 127.0.0.1 on which nothing listens, at random: two clusters that start at once get others. */
export const pickPorts = async (
  count: number,
  host: Pick<Host, "portIsFree">,
  random: () => number = Math.random,
): Promise<readonly number[]> => {
  const picked = new Set<number>();
  while (picked.size < count) {
    const port = range.from + Math.floor(random() * (range.to - range.from));
    if (!picked.has(port) && (await host.portIsFree(port))) picked.add(port);
  }
  return [...picked];
};
