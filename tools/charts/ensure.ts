// Gets a chart's file into the project: from there, the user's cache, a mirror folder, or its repository, in this order.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { type ChartKey, charts } from "../../versions.ts";
import { sweep, temporaryFor } from "../image/local-cache.ts";
import { paths, repository } from "../toolchain/paths.ts";
import { type Chart, type ChartOrigin, chartFile, isOci, projectPath } from "./chart.ts";
import { type Attempt, failureMessage, mismatch } from "./failure.ts";
import type { Fetch } from "./http.ts";
import { sha256Of } from "./sha256.ts";

export interface ChartOptions {
  /** Mirror folder: `charts.dir`. */
  readonly dir?: string;
  /** Folder of the project. Default: this repository. */
  readonly root?: string;
  /** Default: the user's. */
  readonly cache?: string;
  readonly fetch?: Fetch;
}

export interface EnsuredChart {
  /** Relative to the project. */
  readonly path: string;
  readonly origin: ChartOrigin;
  /** Of the .tgz. */
  readonly sha256: string;
}

/** Why these bytes are not the chart, or undefined. */
const objection = async (data: Buffer, chart: Chart): Promise<string | undefined> => {
  const { sha256, manifest } = chart;
  // Loaded at first use: most stacks have none.
  const locked = manifest === undefined ? data : (await import("./manifest.ts")).manifestOf(data, chart);
  if (locked === undefined) return `the file is no chart that strata packed around ${manifest}`;
  const actual = sha256Of(locked);
  if (sha256 !== undefined && actual !== sha256) return mismatch(actual, sha256);
  // A login page or a half-written file under the chart's name, where no sha256 tells.
  return data[0] === 0x1f && data[1] === 0x8b ? undefined : "the file is no .tgz";
};

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `can't be read (${code})`;
};

const fromFolder = async (folder: string, chart: Chart): Promise<Buffer | string> => {
  try {
    return await readFile(join(folder, chartFile(chart)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? `it has no ${chartFile(chart)}` : reasonOf(error);
  }
};

const download = async (chart: Chart, fetch: Fetch): Promise<Buffer | string> => {
  try {
    // Loaded at first use: most runs find the file.
    if (chart.manifest !== undefined) return await (await import("./manifest.ts")).fromManifest(chart, fetch);
    return isOci(chart)
      ? await (await import("./oci.ts")).fromOci(chart, fetch)
      : await (await import("./repository.ts")).fromRepository(chart, fetch);
  } catch (error) {
    return (error as Error).message;
  }
};

/** Whole or not at all: two runs may write it at once. */
const put = async (file: string, data: Buffer): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  sweep(dirname(file));
  const temporary = temporaryFor(file);
  await writeFile(temporary, data);
  await rename(temporary, file);
};

const expand = (folder: string, root: string): string => resolve(root, folder.replace(/^~(?=\/|$)/, homedir()));

/** Like `ensureChart`, for a chart that is in no list. */
export const obtainChart = async (chart: Chart, options: ChartOptions = {}): Promise<EnsuredChart> => {
  const { root = repository, cache = paths().charts, fetch: get = fetch } = options;
  const dir = options.dir === undefined ? undefined : expand(options.dir, root);
  const target = join(root, projectPath(chart));
  const sources: readonly (readonly [ChartOrigin, () => Promise<Buffer | string>])[] = [
    ["project", () => fromFolder(dirname(target), chart)],
    ["cache", () => fromFolder(cache, chart)],
    ...(dir === undefined ? [] : [["mirror", () => fromFolder(dir, chart)] as const]),
    ["repository", () => download(chart, get)],
  ];
  const attempts: Attempt[] = [];
  for (const [origin, read] of sources) {
    const data = await read();
    const reason = typeof data === "string" ? data : await objection(data, chart);
    if (typeof data === "string" || reason !== undefined) {
      attempts.push({ origin, reason: reason ?? "" });
      continue;
    }
    if (origin === "mirror" || origin === "repository") await put(join(cache, chartFile(chart)), data);
    if (origin !== "project") await put(target, data);
    return { path: projectPath(chart), origin, sha256: sha256Of(data) };
  }
  throw new UserError(failureMessage(chart, attempts, { cache, ...(dir !== undefined && { dir }) }));
};

/**
 * Makes sure that a chart of versions.ts is in the project's `.strata/charts`. Asks nobody where it is there.
 *
 * Throws a UserError that names every source and why it failed.
 */
export const ensureChart = (key: ChartKey, options?: ChartOptions): Promise<EnsuredChart> =>
  obtainChart({ key, ...charts[key] }, options);
