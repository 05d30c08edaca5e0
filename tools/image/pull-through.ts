// The pull-through cache: one registry container per upstream, on 127.0.0.1, whose volume outlives clusters and containers.
import { join } from "node:path";
import { slug } from "../../layers/cluster/images/reference.ts";
import { withLock } from "../toolchain/lock.ts";
import { paths } from "../toolchain/paths.ts";
import type { Docker, Machine } from "./machine.ts";

/** Address that a registry is pulled from, which for Docker Hub is not its name. */
const upstream = (registry: string): string =>
  `https://${registry === "docker.io" ? "registry-1.docker.io" : registry}`;

/** Name of the container and of its volume. */
export const cacheName = (registry: string): string => `strata-cache-${slug(registry)}`;

/** Arguments of `docker run` for the cache of one registry. */
export const cacheArgs = (registry: string, image: string): readonly string[] => [
  "run",
  "--detach",
  "--name",
  cacheName(registry),
  "--restart",
  "unless-stopped",
  "--label",
  `strata.dev/cache=${registry}`,
  // The engine chooses the port: a fixed one may be taken.
  "--publish",
  "127.0.0.1::5000",
  "--volume",
  `${cacheName(registry)}:/var/lib/registry`,
  "--env",
  `REGISTRY_PROXY_REMOTEURL=${upstream(registry)}`,
  // Version 3 sends traces to localhost:4318 unless told not to, and logs that it can't.
  "--env",
  "OTEL_TRACES_EXPORTER=none",
  image,
];

const portOf = (output: string): string | undefined => /^127\.0\.0\.1:\d+$/m.exec(output)?.[0];

export type CacheAddress = { readonly address: string } | { readonly reason: string };

const settle = async (
  machine: Machine,
  docker: Docker,
  registry: string,
  image: () => Promise<string>,
): Promise<CacheAddress> => {
  const name = cacheName(registry);
  const port = async (): Promise<string | undefined> => portOf((await docker(["port", name, "5000/tcp"])).stdout);
  const running = await port();
  if (running !== undefined) return { address: running };
  const started = await docker(["start", name]);
  if (started.code !== 0) {
    const created = await docker(cacheArgs(registry, await image()));
    if (created.code !== 0) return { reason: created.stderr.trim().split("\n").at(-1) ?? "docker run failed" };
    machine.say(`Started the pull-through cache of ${registry}`);
  }
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const address = await port();
    if (address !== undefined && (await answers(address))) return { address };
    await machine.sleep(250);
  }
  return { reason: `the container ${name} does not answer; see docker logs ${name}` };
};

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );

/**
 * Address (host:port) of the cache of a registry; its container is started or created first.
 *
 * @param image gives the reference of the registry's own image once the engine has it.
 */
export const openCache = (
  machine: Machine,
  docker: Docker,
  registry: string,
  image: () => Promise<string>,
): Promise<CacheAddress> =>
  // Several images want the same cache at once, and only one may create it.
  withLock(join(paths().locks, `${cacheName(registry)}.lock`), () => settle(machine, docker, registry, image));
