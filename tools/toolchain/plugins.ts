// The engine's plugins: the official ones where they can be had, else strata's own offline ones. One decision, remembered.
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { plugins } from "../../versions.ts";
import { capture } from "../terminal/process.ts";
import type { Toolchain } from "./ensure.ts";
import { writeAtomically } from "./install.ts";
import { withLock } from "./lock.ts";
import { type Environment, paths } from "./paths.ts";

export type PluginKind = "official" | "offline";

interface Decision {
  readonly kind: PluginKind;
  readonly versions: Readonly<Record<string, string>>;
}

const pluginFolder = (home: string, name: string, version: string): string =>
  join(home, "plugins", `resource-${name}-v${version}`);

const hasAll = (home: string): boolean =>
  Object.entries(plugins).every(([name, version]) =>
    existsSync(join(pluginFolder(home, name, version), `pulumi-resource-${name}`)),
  );

const decisionFile = (home: string): string => join(home, "strata-plugins.json");

export function readDecision(home: string): Decision | undefined {
  try {
    return JSON.parse(readFileSync(decisionFile(home), "utf8")) as Decision;
  } catch {
    return undefined;
  }
}

const wantedKind = (env: Environment): PluginKind | undefined => {
  const value = env["STRATA_PLUGINS"];
  if (value === undefined || value === "") return undefined;
  if (value === "official" || value === "offline") return value;
  throw new UserError(`STRATA_PLUGINS is "${value}". Allowed: official, offline`);
};

/** The kind that is installed already, where it is complete, of today's versions and of the wanted kind. */
export function settled(home: string, env: Environment): PluginKind | undefined {
  const decision = readDecision(home);
  if (decision === undefined || JSON.stringify(decision.versions) !== JSON.stringify(plugins) || !hasAll(home))
    return undefined;
  const wanted = wantedKind(env);
  return wanted === undefined || wanted === decision.kind ? decision.kind : undefined;
}

/** Takes over what the user's own Pulumi has downloaded already. */
function copyFromUser(home: string, env: Environment): boolean {
  const user = env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
  if (user === home || !hasAll(user)) return false;
  mkdirSync(join(home, "plugins"), { recursive: true });
  for (const [name, version] of Object.entries(plugins))
    cpSync(pluginFolder(user, name, version), pluginFolder(home, name, version), { recursive: true });
  return true;
}

async function download(pulumi: string, home: string, toolchain: Toolchain, env: Environment): Promise<boolean> {
  if (!(await toolchain.reach.reaches("https://api.github.com"))) return false;
  return toolchain.steps.run(
    "Downloading the Pulumi plugins kubernetes, command and random",
    async (step) => {
      for (const [name, version] of Object.entries(plugins)) {
        step.detail = name;
        const { code } = await capture(
          pulumi,
          ["plugin", "install", "resource", name, `v${version}`, "--non-interactive"],
          {
            env: { ...env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
            timeoutMs: 10 * 60_000,
          },
        );
        if (code !== 0) return false;
      }
      return true;
    },
    (done) => (done ? "Pulumi plugins kubernetes, command and random, official" : undefined),
  );
}

export const offlineNotice =
  "Plugins: strata's offline ones (the official downloads can't be reached). They serve local clusters; see docs/tools.md";

async function installOffline(home: string): Promise<void> {
  const { installOfflinePlugins } = await import("../plugins/install.ts");
  await installOfflinePlugins(home);
}

/** Makes the plugins available under our PULUMI_HOME, and says which kind they are. */
export async function ensurePlugins(
  pulumi: string,
  toolchain: Toolchain,
  env: Environment = process.env,
): Promise<PluginKind> {
  const { pulumiHome: home, locks } = paths(env);
  const known = settled(home, env);
  if (known === "official") return known;
  if (known === "offline") {
    // They run from this repository's sources: where the folder moved, their launchers must follow.
    await installOffline(home);
    return known;
  }
  return withLock(join(locks, "plugins.lock"), async () => {
    const wanted = wantedKind(env);
    const official =
      wanted !== "offline" && (copyFromUser(home, env) || (await download(pulumi, home, toolchain, env)));
    if (!official && wanted === "official")
      throw new UserError(
        "The official Pulumi plugins can't be downloaded (api.github.com). Check the network, or leave STRATA_PLUGINS unset to use strata's offline ones",
      );
    if (!official) await installOffline(home);
    const kind: PluginKind = official ? "official" : "offline";
    await writeAtomically(decisionFile(home), `${JSON.stringify({ kind, versions: plugins } satisfies Decision)}\n`);
    return kind;
  });
}
