// Gets one image onto the host: the sources in their order, the first that has it wins, and a failure names them all.

import { parseReference } from "../../layers/cluster/images/reference.ts";
import { type ImageRequest, imageRequest, type Source, sources } from "../../layers/cluster/images/request.ts";
import { UserError } from "../../lib/errors.ts";
import { noteImage } from "../report/image-log.ts";
import { paths } from "../toolchain/paths.ts";
import { checkSum, fileSize, findInFolder, readArchive } from "./archive.ts";
import { type EngineImage, inspect, isWanted, pull } from "./engine.ts";
import { type Attempt, failureMessage } from "./failure.ts";
import { cachedArchive, lookInCache, sweep } from "./local-cache.ts";
import type { Docker, Machine } from "./machine.ts";

export interface Acquired {
  readonly source: Source;
  /** An archive to read it from; absent where the engine has it. */
  readonly file?: string;
  readonly bytes: number;
  /** sha256:<hex> by which a node that has this very image knows it. */
  readonly identity: string;
}

type Got = Omit<Acquired, "source">;
type Step = () => Promise<Got | string>;

const fromEngine = ({ id, bytes }: EngineImage): Got => ({ identity: id, bytes });

const fromFile = (file: string, reference: string): Got | string => {
  const image = readArchive(file).find((candidate) => candidate.reference === reference);
  return image ? { file, bytes: fileSize(file), identity: image.configDigest } : `${file} holds another image`;
};

const archive = async (request: ImageRequest): Promise<Got | string> => {
  const found = findInFolder(request.archive ?? "", request.key, request.reference);
  if ("reason" in found) return found.reason;
  const { file, image } = found;
  if (request.digest !== undefined && image.indexDigest !== undefined && image.indexDigest !== request.digest)
    return `${file} has the digest ${image.indexDigest}, and ${request.digest} is wanted`;
  // The tag of a recipe's image is the same for every processor.
  const wanted = request.recipe?.platform.arch;
  if (wanted !== undefined && image.architecture !== undefined && image.architecture !== wanted)
    return `${file} is for ${image.architecture}, and ${wanted} is wanted`;
  if ((await checkSum(file)) === "differs") return `${file} is not what ${file}.sha256 says`;
  return { file, bytes: fileSize(file), identity: image.configDigest };
};

const localCache = async (request: ImageRequest, folder: string): Promise<Got | string> => {
  if (!request.recipe) return "no recipe";
  const file = cachedArchive(folder, request.recipe);
  const state = await lookInCache(file);
  if (state === "there") return fromFile(file, request.reference);
  return state === "absent" ? "not built yet" : `${file} is damaged`;
};

/** The registry's own image, for the cache container: from anywhere but that cache. */
const registryImage = async (machine: Machine, docker: Docker, request: ImageRequest): Promise<string> => {
  const wanted = imageRequest(
    "registry",
    {
      ...(request.archive !== undefined && { archive: request.archive }),
      pullThroughCache: false,
      bake: false,
      overrides: {},
      pullTimeoutSeconds: request.timeoutSeconds,
    },
    { os: "linux", arch: "" },
  );
  const acquired = await acquire(machine, docker, wanted);
  if (acquired.file !== undefined) await docker(["load", "--quiet", "--input", acquired.file]);
  return wanted.reference;
};

const pullThrough = async (machine: Machine, docker: Docker, request: ImageRequest): Promise<Got | string> => {
  const { reference, digest, timeoutSeconds } = request;
  // Loaded at first use: most stacks have no such cache.
  const { openCache } = await import("./pull-through.ts");
  const cache = await openCache(machine, docker, parseReference(reference).registry, () =>
    registryImage(machine, docker, request),
  );
  if ("reason" in cache) return cache.reason;
  const pulled = await pull(machine, docker, { reference, digest, through: cache.address, timeoutSeconds });
  return typeof pulled === "string" ? pulled : fromEngine(pulled);
};

const steps = (machine: Machine, docker: Docker, request: ImageRequest): Readonly<Record<Source, Step>> => {
  const { reference, digest, recipe, remote, timeoutSeconds } = request;
  const folder = paths().images;
  const cached = recipe && cachedArchive(folder, recipe);
  return {
    engine: async () => {
      const image = await inspect(docker, reference);
      if (!image) return "not there";
      return isWanted(image, digest)
        ? fromEngine(image)
        : `has another image under this tag (${image.digests.join(", ")})`;
    },
    archive: () => archive(request),
    "pull-through cache": () => pullThrough(machine, docker, request),
    registry: async () => {
      const pulled = await pull(machine, docker, { reference, digest, timeoutSeconds });
      return typeof pulled === "string" ? pulled : fromEngine(pulled);
    },
    "local cache": () => localCache(request, folder),
    remote: async () => {
      if (!recipe || !cached || remote === undefined) return "none is set";
      const { fetchRemote } = await import("./remote.ts");
      return (await fetchRemote(remote, recipe, cached, timeoutSeconds)) ?? fromFile(cached, reference);
    },
    build: async () => {
      if (!recipe || !cached) return "no recipe";
      const { buildImage } = await import("./build.ts");
      return (await buildImage(machine, recipe, reference, cached)) ?? fromFile(cached, reference);
    },
  };
};

const near: readonly Source[] = ["engine", "archive", "local cache"];

/** The image as this machine has it already, or undefined: nothing is fetched or built. */
export const findNear = async (
  machine: Machine,
  docker: Docker,
  request: ImageRequest,
): Promise<Acquired | undefined> => {
  const all = steps(machine, docker, request);
  for (const source of sources(request).filter((candidate) => near.includes(candidate))) {
    const got = await all[source]();
    if (typeof got !== "string") return { source, ...got };
  }
  return undefined;
};

/** Gets an image from the first source that has it. Throws a UserError that names every source and why it failed. */
export const acquire = async (machine: Machine, docker: Docker, request: ImageRequest): Promise<Acquired> => {
  sweep(paths().images);
  const all = steps(machine, docker, request);
  const attempts: Attempt[] = [];
  for (const source of sources(request)) {
    const got = await all[source]();
    if (typeof got !== "string") {
      noteImage({ image: request.reference, source });
      return { source, ...got };
    }
    attempts.push({ source, reason: got });
  }
  throw new UserError(failureMessage(request, attempts));
};
