// The remote store of images with a recipe: an archive per platform and key, with its checksum beside it.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Recipe } from "../../layers/cluster/images/recipe.ts";
import { commit, temporaryFor } from "./local-cache.ts";

const connectSeconds = 30;

/** Address of a recipe's archive. */
export const remoteUrl = (base: string, { platform, key }: Recipe): string =>
  `${base}/${platform.os}-${platform.arch}/${key}.tar`;

class NotThere extends Error {}

const request = async (url: string, deadline: AbortSignal): Promise<Response> => {
  const connect = new AbortController();
  const timer = setTimeout(() => connect.abort(), connectSeconds * 1000);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([connect.signal, deadline]) });
    if (response.status === 404) throw new NotThere("it is not there");
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    if (connect.signal.aborted) throw new Error(`no answer within ${connectSeconds} s`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
};

/** Fetches an archive into a file, whole and verified. Returns the reason where it could not. */
export const fetchRemote = async (
  base: string,
  recipe: Recipe,
  file: string,
  timeoutSeconds: number,
): Promise<string | undefined> => {
  const url = remoteUrl(base, recipe);
  const temporaryFile = temporaryFor(file);
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const [expected = ""] = (await (await request(`${url}.sha256`, deadline)).text()).trim().split(/\s+/);
    if (!/^[a-f0-9]{64}$/i.test(expected)) return `${url}.sha256 holds no SHA-256`;
    const { body } = await request(url, deadline);
    if (!body) return `${url} is empty`;
    await mkdir(dirname(file), { recursive: true });
    const hash = createHash("sha256");
    const tee = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        done(undefined, chunk);
      },
    });
    await pipeline(
      Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
      tee,
      createWriteStream(temporaryFile),
      {
        signal: deadline,
      },
    );
    const actual = hash.digest("hex");
    if (actual !== expected.toLowerCase()) return `${url} has the SHA-256 ${actual}, and its .sha256 says ${expected}`;
    commit(temporaryFile, file, actual);
    return undefined;
  } catch (error) {
    if (deadline.aborted) return `not done within ${timeoutSeconds} s`;
    return reasonOf(error);
  } finally {
    await rm(temporaryFile, { force: true });
  }
};
