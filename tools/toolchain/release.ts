// Downloads a tool's official release, and installs it only if it has the checksum that its publisher states.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../lib/errors.ts";
import { bytes } from "../terminal/duration.ts";
import { capture } from "../terminal/process.ts";
import type { Checksum, Release } from "./catalogue.ts";
import { install, workPrefix } from "./install.ts";
import type { Fetch } from "./reach.ts";

export interface DownloadOptions {
  readonly fetch?: Fetch;
  readonly onProgress?: (text: string) => void;
}

/** Milliseconds without a single byte after which a download counts as broken. */
const stallMs = 20_000;

const sha256Pattern = /^[a-f0-9]{64}$/;

/**
 * The sha256 of `file` in a checksum file: either the bare digest (dl.k8s.io) or lines of "<digest>  <name>".
 * Throws where the file names no such digest.
 */
export function digestIn(text: string, file: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .filter((fields) => sha256Pattern.test(fields[0] ?? ""));
  const [only] = lines;
  const found =
    lines.length === 1 && only?.length === 1 ? only : lines.find((fields) => basename(fields[1] ?? "") === file);
  if (found?.[0] === undefined) throw new UserError(`The checksum file has no sha256 of ${file}`);
  return found[0];
}

interface GithubRelease {
  readonly assets?: readonly { readonly name: string; readonly digest?: string | null }[];
}

/** The sha256 that GitHub records for an asset, from its release as JSON. */
export function digestOfAsset(release: GithubRelease, file: string): string {
  const digest = release.assets?.find(({ name }) => name === file)?.digest?.replace(/^sha256:/, "") ?? "";
  if (!sha256Pattern.test(digest)) throw new UserError(`GitHub states no sha256 of ${file}`);
  return digest;
}

const get = async (url: string, options: DownloadOptions): Promise<Response> => {
  const response = await (options.fetch ?? fetch)(url, { redirect: "follow", signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new UserError(`${url} answered ${response.status} ${response.statusText}`);
  return response;
};

async function publishedDigest(checksum: Checksum, file: string, options: DownloadOptions): Promise<string> {
  if (checksum.kind === "list") return digestIn(await (await get(checksum.url, options)).text(), file);
  const url = `https://api.github.com/repos/${checksum.repository}/releases/tags/${checksum.tag}`;
  return digestOfAsset((await (await get(url, options)).json()) as GithubRelease, file);
}

async function download(url: string, target: string, options: DownloadOptions): Promise<void> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error("stalled")), stallMs);
  try {
    const response = await (options.fetch ?? fetch)(url, { redirect: "follow", signal: abort.signal });
    if (!response.ok || response.body === null)
      throw new UserError(`${url} answered ${response.status} ${response.statusText}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    let received = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(new Error("stalled")), stallMs);
        received += chunk.length;
        options.onProgress?.(total > 0 ? `${bytes(received)} of ${bytes(total)}` : bytes(received));
        next(null, chunk);
      },
    });
    await pipeline(
      Readable.fromWeb(response.body as import("node:stream/web").ReadableStream),
      meter,
      createWriteStream(target),
    );
  } finally {
    clearTimeout(timer);
  }
}

export async function fileDigest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Downloads, verifies and installs a release into `folder`; an archive's members are installed under their base names. */
export async function installRelease(
  name: string,
  release: Release,
  folder: string,
  options: DownloadOptions = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, `${workPrefix}${name}-`));
  try {
    const file = basename(new URL(release.url).pathname);
    const archive = join(work, file);
    const [expected] = await Promise.all([
      publishedDigest(release.checksum, file, options),
      download(release.url, archive, options),
    ]);
    const actual = await fileDigest(archive);
    if (actual !== expected)
      throw new UserError(
        `${file} has the sha256 ${actual}, but its publisher states ${expected}. The download was damaged or changed on its way: try again, or install ${name} by hand`,
      );
    if (release.members === undefined) await install(archive, join(folder, name));
    else {
      const { code, stderr } = await capture("tar", ["-xf", archive, "-C", work, ...release.members]);
      if (code !== 0) throw new UserError(`${file} can't be unpacked: ${stderr.trim()}`);
      for (const member of release.members) await install(join(work, member), join(folder, basename(member)));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
