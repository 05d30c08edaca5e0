// Gets a tool onto the machine: PATH, what is installed already, the official release, the build from tools/go, in this order.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import type { Step, Steps } from "../terminal/live.ts";
import { isToolName, type Platform, type Source, type Tool, toolOf } from "./catalogue.ts";
import { findGo, goBuild } from "./go-build.ts";
import { sweepWork } from "./install.ts";
import { find, managedPath } from "./locate.ts";
import { withLock } from "./lock.ts";
import { paths } from "./paths.ts";
import { finishPulumi, isFinished, languageHostBuild } from "./pulumi.ts";
import type { Reach } from "./reach.ts";
import { installRelease } from "./release.ts";
import { groupFolder, readStamp, sourceKey, writeStamp } from "./stamp.ts";

export interface Toolchain {
  readonly steps: Steps;
  readonly reach: Reach;
}

export const platform = (): Platform => {
  const os = process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  if ((os !== "linux" && os !== "darwin") || (arch !== "amd64" && arch !== "arm64"))
    throw new UserError(
      `strata runs on Linux and macOS, on amd64 and arm64, and this is ${os} on ${arch}. On Windows, use WSL 2`,
    );
  return { os, arch };
};

/** A tool of the catalogue, or a folder of tools/go named like it (checkers that only the tests use). */
export function describe(name: string): Tool {
  if (isToolName(name)) return toolOf(name);
  const folder = groupFolder(name);
  if (!existsSync(join(folder, "go.mod")))
    throw new UserError(
      `Unknown tool "${name}": it is neither in tools/toolchain/catalogue.ts nor a folder of tools/go`,
    );
  const directive = /^tool\s+(\S+)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
  return {
    version: "pinned",
    fits: "*",
    versionArgs: ["--version"],
    source: { group: name, package: directive ?? "." },
  };
}

/** Whether what the toolchain installed under that name is what today's catalogue asks for. */
export function isCurrent(name: string, tool: Tool): boolean {
  const path = managedPath(name);
  const stamp = readStamp(path);
  if (stamp === undefined || !existsSync(path)) return false;
  if (stamp.how === "release") return stamp.version === tool.version;
  if (name === "pulumi" && !isFinished()) return false;
  return tool.source !== undefined && stamp.key === sourceKey(tool.source);
}

/** Programs that a machine has already need no lock and no step. */
async function missing(names: readonly string[]): Promise<readonly string[]> {
  const verdicts = await Promise.all(
    names.map(async (name) => {
      const tool = describe(name);
      // A checker of the tests is always the pinned one: another version may accept other files.
      const onPath = isToolName(name) ? (await find(name))?.from === "PATH" : false;
      return !onPath && !isCurrent(name, tool);
    }),
  );
  return names.filter((_, index) => verdicts[index]);
}

async function fromRelease(name: string, tool: Tool, { steps, reach }: Toolchain): Promise<string | undefined> {
  const release = tool.release?.(platform());
  if (release === undefined) return "there is no release for this machine";
  const hosts = [release.url, release.checksum.kind === "list" ? release.checksum.url : "https://api.github.com"];
  for (const url of hosts) if (!(await reach.reaches(url))) return `${new URL(url).host} can't be reached`;
  const target = managedPath(name);
  try {
    await steps.run(
      `Downloading ${name} ${tool.version}`,
      (step) => installRelease(name, release, dirname(target), { onProgress: (text) => (step.detail = text) }),
      () => `${name} ${tool.version}, official release`,
    );
    await writeStamp(target, { how: "release", version: tool.version });
    return undefined;
  } catch (error) {
    reach.lost(release.url);
    return error instanceof UserError ? error.message : `the download of ${release.url} broke off`;
  }
}

async function fromSource(
  names: readonly string[],
  why: ReadonlyMap<string, string>,
  { steps }: Toolchain,
): Promise<void> {
  const go = await findGo();
  const [example] = names;
  if ("reason" in go || example === undefined)
    throw new UserError(
      `${names.join(", ")} can't be installed:\n${names.map((name) => `  - ${name}: ${why.get(name)}`).join("\n")}\n  - building from source: ${"reason" in go ? go.reason : "nothing to build"}\nEither install ${names.join(", ")} by hand so that it is on PATH, or install Go from https://go.dev/dl/ and run the same command again.`,
    );
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const { source } = describe(name);
    if (source === undefined) throw new UserError(`${name} can't be installed: ${why.get(name)}. Install it by hand.`);
    groups.set(source.group, [...(groups.get(source.group) ?? []), name]);
  }
  const { logs } = paths();
  for (const [group, members] of groups) {
    const builds = members.map((name) => ({ source: sourceOf(name), target: managedPath(name) }));
    const [first] = members;
    const time = first === undefined ? undefined : describe(first).buildTime;
    await steps.run(
      `Building ${members.join(", ")} from source${time === undefined ? "" : ` (once, ${time})`}`,
      async (step: Step) => {
        const onProgress = (text: string): void => {
          step.detail = text;
        };
        await goBuild(go.path, builds, { logs, onProgress });
        if (group === "pulumi") {
          await goBuild(go.path, [languageHostBuild()], { logs, onProgress });
          await finishPulumi();
        }
      },
      () => `${members.join(", ")}, built from source`,
    );
    for (const name of members)
      await writeStamp(managedPath(name), {
        how: "source",
        version: describe(name).version,
        key: sourceKey(sourceOf(name)),
      });
  }
}

const sourceOf = (name: string): Source => {
  const { source } = describe(name);
  if (source === undefined) throw new UserError(`${name} can't be built from source`);
  return source;
};

/**
 * Makes every named tool available to `locate`. Costs milliseconds where nothing is missing.
 *
 * Throws a UserError that lists what was tried where a tool can be had in no way.
 */
export async function ensure(names: readonly string[], toolchain: Toolchain): Promise<void> {
  if ((await missing(names)).length === 0) return;
  const { steps } = toolchain;
  const lock = join(paths().locks, "toolchain.lock");
  let waiting: (() => void) | undefined;
  await withLock(
    lock,
    async () => {
      waiting?.();
      const wanted = await missing(names);
      await Promise.all([...new Set(wanted.map((name) => dirname(managedPath(name))))].map(sweepWork));
      const why = new Map<string, string>();
      await Promise.all(
        wanted.map(async (name) => {
          const reason = await fromRelease(name, describe(name), toolchain);
          if (reason !== undefined) why.set(name, reason);
        }),
      );
      const left = wanted.filter((name) => why.has(name));
      if (left.length > 0) await fromSource(left, why, toolchain);
    },
    ({ pid }) => {
      void steps.run(
        `Waiting for another strata command (process ${pid}) that installs tools`,
        () => new Promise<void>((resolve) => (waiting = resolve)),
        () => undefined,
      );
    },
  );
}
