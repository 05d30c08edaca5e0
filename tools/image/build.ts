// Builds images with a recipe: a static Go program, by Go on the host or else in a container, then packed as an image.
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { openRecipe, type Platform, type Recipe, recipeFolder } from "../../layers/cluster/images/recipe.ts";
import { UserError } from "../../lib/errors.ts";
import { goImage, images } from "../../versions.ts";
import { withLock } from "../toolchain/lock.ts";
import { paths } from "../toolchain/paths.ts";
import { commit, sweep, temporaryFor } from "./local-cache.ts";
import { type Docker, type Machine, openDocker, realMachine } from "./machine.ts";
import { type ImageConfig, imageArchive } from "./pack.ts";

/** recipe.json of a recipe's folder. */
interface RecipeConfig extends ImageConfig {
  /** Go package of the program, relative to the folder. */
  readonly package: string;
}

const recipeConfig = (recipe: Recipe): RecipeConfig =>
  JSON.parse(readFileSync(join(recipeFolder(recipe.folder), "recipe.json"), "utf8")) as RecipeConfig;

/** Arguments of `go` for a recipe's program. */
export const goArgs = (target: string, goPackage: string): readonly string[] => [
  "build",
  "-v",
  "-trimpath",
  "-ldflags",
  "-s -w",
  "-o",
  target,
  goPackage,
];

/** Environment of `go`: static, the same bytes wherever it is built, and no settings of the user's that could change them. */
export const goEnvironment = ({ os, arch }: Platform): Readonly<Record<string, string>> => ({
  CGO_ENABLED: "0",
  GOFLAGS: "-buildvcs=false",
  GOWORK: "off",
  GOOS: os,
  GOARCH: arch,
  // A Go older than go.mod asks for fetches that one by itself.
  GOTOOLCHAIN: "auto",
});

const goImageReference = `${goImage.repository}:${goImage.tag}@${goImage.digest}`;

const withGo = async (machine: Machine, go: string, recipe: Recipe, target: string): Promise<string | undefined> => {
  const { logs } = paths();
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `image-${recipe.folder}.log`);
  const log = createWriteStream(logFile);
  const { package: goPackage } = recipeConfig(recipe);
  let compiled = 0;
  let said = machine.now();
  const result = await machine.run(go, goArgs(target, goPackage), {
    cwd: recipeFolder(recipe.folder),
    env: { ...process.env, ...goEnvironment(recipe.platform) },
    onOutput: (chunk) => {
      log.write(chunk);
      compiled += chunk.split("\n").length - 1;
      if (machine.now() - said < 10_000) return;
      said = machine.now();
      machine.say(`${recipe.folder}: ${compiled} packages compiled`);
    },
  });
  log.end();
  if (result.code === 0) return undefined;
  const lines = result.stderr.split("\n").filter((line) => /\s|:/.test(line.trim()));
  return `go build failed: ${lines.slice(-3).join(" / ")} (whole log: ${logFile})`;
};

const withContainer = async (docker: Docker, recipe: Recipe, target: string): Promise<string | undefined> => {
  const { program } = recipeConfig(recipe);
  const tag = `strata.local/build/${recipe.folder}:${recipe.key.slice(0, 12)}-${process.pid}`;
  const last = (text: string): string => text.trim().split("\n").at(-1) ?? "";
  try {
    const { os, arch } = recipe.platform;
    const args = [
      "--build-arg",
      `GO_IMAGE=${goImageReference}`,
      "--build-arg",
      `GOOS=${os}`,
      "--build-arg",
      `GOARCH=${arch}`,
    ];
    const built = await docker(["build", "--quiet", "--tag", tag, ...args, recipeFolder(recipe.folder)]);
    if (built.code !== 0) return `docker build with ${goImageReference} failed: ${last(built.stderr)}`;
    const container = await docker(["create", tag, program]);
    if (container.code !== 0) return `docker create failed: ${last(container.stderr)}`;
    const copied = await docker(["cp", `${container.stdout.trim()}:${program}`, target]);
    await docker(["rm", "--force", container.stdout.trim()]);
    return copied.code === 0 ? undefined : `docker cp failed: ${last(copied.stderr)}`;
  } finally {
    await docker(["image", "rm", "--force", tag]);
  }
};

/** Builds the program of a recipe into a file that is whole or not there. Returns the reason where it could not. */
const buildProgram = async (machine: Machine, recipe: Recipe, target: string): Promise<string | undefined> => {
  if (existsSync(target)) return undefined;
  const temporaryFile = temporaryFor(target);
  try {
    // The toolchain's look at Go costs more than a whole run that builds nothing.
    const { findGo } = await import("../toolchain/go-build.ts");
    const go = await findGo();
    machine.say(
      `Building ${recipe.folder} ${recipe.version}${"path" in go ? "" : " in a container"}; this takes minutes once`,
    );
    const reason =
      "path" in go
        ? await withGo(machine, go.path, recipe, temporaryFile)
        : await withContainer(openDocker(machine), recipe, temporaryFile);
    if (reason !== undefined) return "path" in go ? reason : `${go.reason}, and ${reason}`;
    renameSync(temporaryFile, target);
    return undefined;
  } finally {
    rmSync(temporaryFile, { force: true });
  }
};

const programFile = (folder: string, { folder: recipe, platform, key }: Recipe): string =>
  join(folder, "programs", `${recipe}-${platform.os}-${platform.arch}-${key}`);

const locked = <T>(recipe: Recipe, work: () => Promise<T>): Promise<T> =>
  withLock(join(paths().locks, `image-${recipe.folder}-${recipe.platform.os}-${recipe.key.slice(0, 12)}.lock`), work);

const program = async (
  machine: Machine,
  recipe: Recipe,
): Promise<{ readonly file: string } | { readonly reason: string }> => {
  const file = programFile(paths().images, recipe);
  mkdirSync(dirname(file), { recursive: true });
  sweep(dirname(file));
  const reason = await buildProgram(machine, recipe, file);
  return reason === undefined ? { file } : { reason };
};

/** Builds an image and puts its archive into a file. Returns the reason where it could not. */
export const buildImage = (
  machine: Machine,
  recipe: Recipe,
  reference: string,
  archive: string,
): Promise<string | undefined> =>
  locked(recipe, async () => {
    const built = await program(machine, recipe);
    if ("reason" in built) return built.reason;
    const { platform, version, key } = recipe;
    const parts = imageArchive(reference, readFileSync(built.file), recipeConfig(recipe), {
      arch: platform.arch,
      version,
      key,
    });
    const temporaryFile = temporaryFor(archive);
    mkdirSync(dirname(archive), { recursive: true });
    const hash = createHash("sha256");
    const out = createWriteStream(temporaryFile);
    for (const part of parts) {
      hash.update(part);
      out.write(part);
    }
    await new Promise<void>((resolve, reject) => out.on("error", reject).end(resolve));
    commit(temporaryFile, archive, hash.digest("hex"));
    return undefined;
  });

/**
 * Path of the OpenTelemetry Collector of the recipe, for this machine: built at first, then kept per key.
 *
 * Throws a UserError where it cannot be built.
 */
export const otelCollectorBinary = async (
  machine: Machine = realMachine((line) => process.stderr.write(`${line}\n`)),
): Promise<string> => {
  const { recipe: folder, tag } = images.otelCollector;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const recipe = openRecipe(folder, tag, { os: process.platform, arch });
  const built = await locked(recipe, () => program(machine, recipe));
  if ("reason" in built) throw new UserError(`The OpenTelemetry Collector cannot be built: ${built.reason}`);
  return built.file;
};
