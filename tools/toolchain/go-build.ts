// Builds pinned Go modules of tools/go, for machines that reach package registries but no release downloads.
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import lt from "semver/functions/lt.js";
import { UserError } from "../../lib/errors.ts";
import { count } from "../terminal/duration.ts";
import { capture } from "../terminal/process.ts";
import type { Source } from "./catalogue.ts";
import { install, workPrefix } from "./install.ts";
import { find, parseVersion } from "./locate.ts";
import { groupFolder } from "./stamp.ts";

/** From this version on, go fetches the toolchain that a go.mod asks for by itself. */
const lowestGo = "1.21.0";

export interface GoBuild {
  readonly source: Source;
  /** Absolute path of the program to install. */
  readonly target: string;
}

export interface GoBuildOptions {
  readonly logs: string;
  readonly onProgress: (text: string) => void;
}

/** Path of a usable Go, or why there is none. */
export async function findGo(): Promise<{ readonly path: string } | { readonly reason: string }> {
  const found = await find("go");
  if (!found) return { reason: "Go is not installed" };
  const version = parseVersion((await capture(found.path, ["env", "GOVERSION"])).stdout);
  if (version !== undefined && lt(version, lowestGo)) return { reason: `Go ${version} is older than ${lowestGo}` };
  return { path: found.path };
}

/** Name of the program that `go build` makes of a package in a module folder. */
export const programName = (source: Source): string =>
  source.package === "." ? source.group : basename(source.package.replace(/\/v\d+$/, ""));

const explain = (output: string): string => {
  if (/dial tcp|no such host|connection refused|i\/o timeout|proxyconnect|TLS handshake/i.test(output))
    return "The Go module proxy can't be reached. Check the network and `go env GOPROXY`";
  if (/no space left on device/i.test(output)) return "The disk is full. Free at least 5 GB (go clean -cache helps)";
  if (/signal: killed|cannot allocate memory/i.test(output)) return "The build ran out of memory. It needs about 3 GB";
  return (
    output
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^[\w.-]+(\/[\w.-]+)*$/.test(line))
      .slice(-3)
      .join("\n") || "go build failed"
  );
};

/** Builds programs of one group, with one call for all that share their flags, and installs each in one step. */
export async function goBuild(go: string, builds: readonly GoBuild[], options: GoBuildOptions): Promise<void> {
  const [first] = builds;
  if (first === undefined) return;
  const { group, ldflags, tags } = first.source;
  const folder = groupFolder(group);
  await mkdir(options.logs, { recursive: true });
  const parent = join(first.target, "..");
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, `${workPrefix}${group}-`));
  const logFile = join(options.logs, `go-${group}.log`);
  const log = createWriteStream(logFile);
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off" };
  const step = async (args: readonly string[], onOutput: (chunk: string) => void): Promise<void> => {
    log.write(`$ go ${args.join(" ")}\n`);
    const { code, stdout, stderr } = await capture(go, args, {
      cwd: folder,
      env,
      onOutput: (chunk) => {
        log.write(chunk);
        onOutput(chunk);
      },
    });
    if (code !== 0)
      throw new UserError(
        `${builds.map(({ source }) => programName(source)).join(", ")} could not be built from tools/go/${group}.\n${explain(stderr + stdout)}\nWhole log: ${logFile}`,
      );
  };
  try {
    let compiled = 0;
    options.onProgress("fetching Go modules");
    // Tags leave out whole trees of modules; the build then fetches what it needs, and this would fetch all.
    if (tags === undefined) await step(["mod", "download"], () => undefined);
    // -v names each package as it is compiled, which is all the progress that go gives.
    await step(
      [
        "build",
        "-v",
        "-trimpath",
        ...(tags === undefined ? [] : ["-tags", tags]),
        "-ldflags",
        `-s -w ${ldflags ?? ""}`.trim(),
        "-o",
        `${work}/`,
        ...builds.map(({ source }) => source.package),
      ],
      (chunk) => {
        compiled += chunk.split("\n").length - 1;
        options.onProgress(`${count(compiled, "package")} compiled`);
      },
    );
    for (const { source, target } of builds) {
      const built = source.package === "." ? moduleName(group) : programName(source);
      await install(join(work, built), target);
    }
  } finally {
    log.end();
    await rm(work, { recursive: true, force: true });
  }
}

/** `go build .` names the program after the module's last element, which in tools/go is the group. */
const moduleName = (group: string): string => group;
