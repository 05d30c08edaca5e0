// Finds an installed program: on PATH in a version that fits, else among those that the toolchain installed. Installs nothing.
import { execFile } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, sep } from "node:path";
import { promisify } from "node:util";
import satisfies from "semver/functions/satisfies.js";
import { UserError } from "../../lib/errors.ts";
import { isToolName, toolOf } from "./catalogue.ts";
import { type Environment, paths } from "./paths.ts";

const run = promisify(execFile);

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** Every program of that name on PATH, in its order. */
export function onPath(name: string, env: Environment = process.env): readonly string[] {
  return (
    (env["PATH"] ?? "")
      .split(delimiter)
      // npm puts node_modules/.bin first; its `pulumi` is a downloader, not the program.
      .filter((folder) => isAbsolute(folder) && !folder.includes(`${sep}node_modules${sep}`))
      .map((folder) => join(folder, name))
      .filter(isExecutable)
  );
}

/** First x.y.z in a program's version output. */
export const parseVersion = (output: string): string | undefined => /\d+\.\d+\.\d+/.exec(output)?.[0];

type VersionCache = Record<string, string>;

const readCache = (file: string): VersionCache => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VersionCache;
  } catch {
    return {};
  }
};

/** Version that a program reports, remembered by its path, size and time: asking Pulumi costs 0.2 s a time. */
export async function versionOf(
  file: string,
  args: readonly string[],
  env: Environment = process.env,
): Promise<string | undefined> {
  const cacheFile = join(paths(env).cache, "versions.json");
  const { size, mtimeMs } = statSync(file);
  const key = `${realpathSync(file)} ${size} ${Math.round(mtimeMs)}`;
  const known = readCache(cacheFile)[key];
  if (known !== undefined) return known;
  try {
    const { stdout, stderr } = await run(file, args, {
      timeout: 20_000,
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const version = parseVersion(stdout) ?? parseVersion(stderr);
    if (version !== undefined) {
      mkdirSync(dirname(cacheFile), { recursive: true });
      writeFileSync(cacheFile, JSON.stringify({ ...readCache(cacheFile), [key]: version }, undefined, 1));
    }
    return version;
  } catch {
    return undefined;
  }
}

/** Where the toolchain installs a program. */
export function managedPath(name: string, env: Environment = process.env): string {
  const where = paths(env);
  const folder =
    name === "pulumi" || name.startsWith("pulumi-language-") ? where.pulumiBin(toolOf("pulumi").version) : where.bin;
  return join(folder, name);
}

export interface Found {
  readonly path: string;
  readonly version: string | undefined;
  readonly from: "PATH" | "managed";
}

const usableFromPath = (name: string, file: string): boolean =>
  // A CLI without its Node language host beside it or on PATH can't run this program.
  name !== "pulumi" ||
  isExecutable(join(dirname(realpathSync(file)), "pulumi-language-nodejs")) ||
  onPath("pulumi-language-nodejs").length > 0;

/** Like `locate`, but undefined where nothing fits. */
export async function find(name: string, env: Environment = process.env): Promise<Found | undefined> {
  const managed = managedPath(name, env);
  if (!isToolName(name)) {
    const [first] = onPath(name, env);
    if (first !== undefined) return { path: first, version: undefined, from: "PATH" };
    return isExecutable(managed) ? { path: managed, version: undefined, from: "managed" } : undefined;
  }
  const tool = toolOf(name);
  for (const file of onPath(name, env)) {
    if (file === managed) continue;
    const version = await versionOf(file, tool.versionArgs, env);
    if (version !== undefined && satisfies(version, tool.fits) && usableFromPath(name, file))
      return { path: file, version, from: "PATH" };
  }
  return isExecutable(managed) ? { path: managed, version: tool.version, from: "managed" } : undefined;
}

const remedies: Readonly<Record<string, string>> = {
  docker: "Install a container engine (Docker, OrbStack, Colima or Podman), or rehearse without one: npm run rehearse",
  go: "Install Go 1.21 or later from https://go.dev/dl/",
};

/**
 * Absolute path of a program.
 *
 * Throws a UserError with the remedy where it is neither on PATH in a version that fits nor installed by strata.
 */
export async function locate(name: string, env: Environment = process.env): Promise<string> {
  const found = await find(name, env);
  if (found) return found.path;
  const [unfit] = onPath(name, env);
  const wanted = isToolName(name) ? ` ${toolOf(name).fits}` : "";
  const seen = unfit === undefined ? "is not on PATH" : `on PATH (${unfit}) does not fit: ${name}${wanted} is needed`;
  throw new UserError(
    `"${name}" ${seen}, and strata has not installed it.\n${remedies[name] ?? `Run: npm run setup ${name}`}`,
  );
}
