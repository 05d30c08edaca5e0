// Image archives (docker save): what one holds, and which file of a folder holds a given image.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { canonical, slug } from "../../layers/cluster/images/reference.ts";
import { withTar } from "./tar.ts";

export interface ArchivedImage {
  /** registry/repository:tag, in its one spelling. */
  readonly reference: string;
  /** sha256:<hex> of its configuration, by which an engine knows it. */
  readonly configDigest: string;
  /** Processor that it is for, in Go's words: amd64, arm64. */
  readonly architecture?: string;
  /** Digest of its multi-platform index, where the archive kept one. */
  readonly indexDigest?: string;
}

interface Manifest {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

const isIndex = (mediaType: string | undefined): boolean => /image\.index|manifest\.list/.test(mediaType ?? "");

const parse = <T>(data: Buffer | undefined, what: string): T => {
  if (!data) throw new Error(`it has no ${what}, so it is no archive of images`);
  try {
    return JSON.parse(data.toString("utf8")) as T;
  } catch {
    throw new Error(`its ${what} is not JSON`);
  }
};

/** Images of an archive. Throws an Error that says what is wrong with it. */
export const readArchive = (file: string): readonly ArchivedImage[] =>
  withTar(file, (tar) => {
    const manifests = parse<readonly Manifest[]>(tar.read("manifest.json"), "manifest.json");
    const index = tar.entries.has("index.json")
      ? parse<{ readonly manifests?: readonly Descriptor[] }>(tar.read("index.json"), "index.json").manifests
      : undefined;
    return manifests.flatMap(({ Config, RepoTags, Layers }) => {
      const missing = [Config, ...Layers].find((name) => !tar.entries.has(name));
      if (missing !== undefined) throw new Error(`it lacks ${missing}`);
      const config = tar.read(Config) ?? Buffer.alloc(0);
      const digest = sha256(config);
      if (!Config.includes(digest)) throw new Error(`its ${Config} is damaged`);
      const { architecture } = parse<{ readonly architecture?: string }>(config, Config);
      return (RepoTags ?? []).map((tag) => {
        const reference = canonical(tag);
        const described = index?.find(({ annotations }) => {
          const name = annotations?.["io.containerd.image.name"];
          return name !== undefined && canonical(name) === reference;
        });
        return {
          reference,
          configDigest: `sha256:${digest}`,
          ...(architecture !== undefined && { architecture }),
          ...(described && isIndex(described.mediaType) && { indexDigest: described.digest }),
        };
      });
    });
  });

const flat = (reference: string): string => reference.replaceAll(/[/:]/g, "_");

/** File names that say which image is inside, likeliest first. Other names work too, and cost a look into each file. */
export const archiveNames = (key: string, reference: string): readonly string[] => {
  const short = reference.replace(/^docker\.io\/(library\/)?/, "");
  const names = [
    flat(reference),
    flat(reference.replace(/^docker\.io\//, "")),
    flat(short),
    slug(short),
    slug(key),
    key,
  ];
  return [...new Set(names)].filter((name) => !name.includes("/")).map((name) => `${name}.tar`);
};

export type Lookup =
  | { readonly file: string; readonly image: ArchivedImage }
  /** Why there is none. */
  | { readonly reason: string };

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The file of a folder that holds an image, by what is inside; the file names decide only which is looked at first. */
export const findInFolder = (folder: string, key: string, reference: string): Lookup => {
  let files: string[];
  try {
    files = readdirSync(folder).filter((name) => name.endsWith(".tar"));
  } catch (error) {
    return { reason: `the folder can't be read (${(error as NodeJS.ErrnoException).code})` };
  }
  const likely = archiveNames(key, reference).filter((name) => files.includes(name));
  const damaged: string[] = [];
  for (const name of new Set([...likely, ...files.sort()])) {
    try {
      const file = join(folder, name);
      const image = readArchive(file).find((candidate) => candidate.reference === reference);
      if (image) return { file, image };
      if (likely.includes(name)) damaged.push(`${name} holds another image`);
    } catch (error) {
      damaged.push(`${name} can't be used: ${(error as Error).message}`);
    }
  }
  return { reason: [`none of ${plural(files.length, "archive")} holds it`, ...damaged].join("; ") };
};

/** SHA-256 of a file, as hex digits. */
export const fileSha256 = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
};

/** Whether a file is what the checksum file beside it (<file>.sha256) says; "unknown" where there is none. */
export const checkSum = async (file: string): Promise<"fits" | "differs" | "unknown"> => {
  if (!existsSync(`${file}.sha256`)) return "unknown";
  const [expected] = readFileSync(`${file}.sha256`, "utf8").trim().split(/\s+/);
  return expected?.toLowerCase() === (await fileSha256(file)) ? "fits" : "differs";
};

export const fileSize = (file: string): number => statSync(file).size;
