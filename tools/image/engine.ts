// The host's container engine as a source of images: what it has, and what it can pull.
import { parseReference, type Reference, repositoryOf } from "../../layers/cluster/images/reference.ts";
import type { Docker, Machine } from "./machine.ts";

export interface EngineImage {
  /** sha256:<hex>: of the configuration or, in newer engines, of the manifest. */
  readonly id: string;
  readonly bytes: number;
  /** Digests by which registries know it. */
  readonly digests: readonly string[];
}

const format = "{{.Id}}\t{{.Size}}\t{{json .RepoDigests}}";

/** The image that the engine has under a reference; undefined where it has none. */
export const inspect = async (docker: Docker, reference: string): Promise<EngineImage | undefined> => {
  const result = await docker(["image", "inspect", "--format", format, reference], { timeoutMs: 30_000 });
  const [id = "", size = "", digests = ""] = result.stdout.trim().split("\t");
  if (result.code !== 0 || !id.startsWith("sha256:")) return undefined;
  const names = (JSON.parse(digests || "[]") as readonly string[] | null) ?? [];
  return { id, bytes: Number(size), digests: names.map((name) => name.slice(name.indexOf("@") + 1)) };
};

/**
 * Whether an image of the engine is the one with that digest. An image that came from no registry (a build, an archive)
 * has none to compare, and is taken for what its tag says.
 */
export const isWanted = (image: EngineImage, digest: string | undefined): boolean =>
  digest === undefined || image.digests.length === 0 || image.digests.includes(digest);

const lastLine = (text: string): string =>
  text
    .trim()
    .split("\n")
    .filter((line) => line.trim() !== "")
    .at(-1)
    ?.replace(/^Error response from daemon: /, "") ?? "";

/** The reason of a failed pull, with what to do where that is not plain. */
export const explainPull = (stderr: string, code: number, request: { digest?: string; seconds: number }): string => {
  if (code === 124) return `no answer within ${Math.ceil(request.seconds)} s`;
  const line = lastLine(stderr);
  if (/toomanyrequests|rate limit/i.test(stderr))
    return "the registry limits how much it gives to anonymous users: log in (docker login), or set images.pullThroughCache";
  if (/manifest unknown|not found/i.test(line) && request.digest !== undefined)
    return `the registry has no image with the digest ${request.digest} (${line})`;
  if (/denied|unauthorized|no basic auth/i.test(line))
    return `the registry asks for credentials (docker login): ${line}`;
  return line || `docker pull ended with code ${code}`;
};

/** Reasons that pass by themselves. */
export const isPassing = (stderr: string): boolean =>
  /TLS handshake timeout|unexpected EOF|connection reset|i\/o timeout|50[0234] |temporarily unavailable/i.test(stderr);

export interface Pull {
  readonly reference: string;
  readonly digest?: string | undefined;
  /** Registry to ask instead of the reference's own: host:port. */
  readonly through?: string;
  readonly timeoutSeconds: number;
}

/** What to give to `docker pull`, by digest where one is known, and how the engine then names it. */
export const pullName = ({ reference, digest, through }: Pull): string => {
  const parsed: Reference = parseReference(reference);
  const repository = through === undefined ? repositoryOf(parsed) : `${through}/${parsed.repository}`;
  return digest === undefined ? `${repository}:${parsed.tag}` : `${repository}@${digest}`;
};

/** Pulls an image and gives it its tag; the digest, where one is known, is verified by the engine. Returns a reason on failure. */
export const pull = async (machine: Machine, docker: Docker, request: Pull): Promise<EngineImage | string> => {
  const name = pullName(request);
  const deadline = machine.now() + request.timeoutSeconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    const left = deadline - machine.now();
    const result = await docker(["pull", "--quiet", name], { timeoutMs: Math.max(left, 1) });
    if (result.code === 0) break;
    if (attempt === 3 || result.code === 124 || !isPassing(result.stderr))
      return explainPull(result.stderr, result.code, {
        seconds: request.timeoutSeconds,
        ...(request.digest !== undefined && { digest: request.digest }),
      });
    machine.say(`${request.reference}: ${lastLine(result.stderr)}; trying again`);
    await machine.sleep(1000 * attempt);
  }
  // A pull by digest leaves the image without a tag, and nodes know images by tag.
  if (name !== request.reference) {
    const tagged = await docker(["tag", name, request.reference], { timeoutMs: 30_000 });
    if (tagged.code !== 0) return lastLine(tagged.stderr);
    if (request.through !== undefined && request.digest === undefined)
      await docker(["image", "rm", name], { timeoutMs: 30_000 });
  }
  return (await inspect(docker, request.reference)) ?? "the engine pulled it and does not have it";
};
