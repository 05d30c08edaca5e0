// Installs the offline plugins into a Pulumi home, for machines that cannot download the official ones.
import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { plugins } from "../../versions.ts";

export type PluginName = keyof typeof plugins;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const marker = "strata-offline.json";
const bootFile = "boot.cjs";

const present = async (path: string): Promise<string[] | undefined> => {
  try {
    return await readdir(path);
  } catch {
    return undefined;
  }
};

/** Every source of the plugins, in order. */
const sources = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? sources(path) : entry.name.endsWith(".ts") ? [path] : [];
    }),
  );
  return nested.flat().sort();
};

/** Changes when the plugins would: with their sources, their versions, their libraries or the Node that runs them. */
const contentKey = async (): Promise<string> => {
  const hash = createHash("sha256").update(process.execPath);
  for (const path of [
    ...(await sources(here)),
    join(here, bootFile),
    join(root, "versions.ts"),
    join(root, "package-lock.json"),
  ]) {
    hash
      .update(path.slice(root.length))
      .update("\0")
      .update(await readFile(path))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
};

const bundle = async (name: PluginName): Promise<string> => {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [join(here, name, "main.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    // Code that was compiled in an earlier run can't import (boot.cjs): Node 20 refuses it. It can require.
    supported: { "dynamic-import": false },
    legalComments: "none",
    write: false,
    logLevel: "silent",
  });
  const output = result.outputFiles[0];
  if (!output) throw new Error(`the ${name} plugin has no bundle`);
  return output.text;
};

/** The launcher replaces itself by node, so that the plugin's parent is the engine. */
const launcher = (file: string): string => `#!/bin/sh
node='${process.execPath.replaceAll("'", "'\\''")}'
[ -x "$node" ] || node=node
exec "$node" "$(dirname "$0")/${bootFile}" "${file}" "$@"
`;

const write = async (path: string, text: string, mode = 0o644): Promise<void> => {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text);
  await chmod(temporary, mode);
  await rename(temporary, path);
};

const keyOf = async (directory: string): Promise<string | undefined> => {
  try {
    return (JSON.parse(await readFile(join(directory, marker), "utf8")) as { key?: string }).key;
  } catch {
    return undefined;
  }
};

const install = async (home: string, name: PluginName, key: string): Promise<void> => {
  const executable = `pulumi-resource-${name}`;
  const directory = join(home, "plugins", `resource-${name}-v${plugins[name]}`);
  const entries = await present(directory);
  // A plugin that is not ours is the official one, and better: keep it.
  if (entries?.includes(executable) && !entries.includes(marker)) return;
  if (entries?.includes(executable) && (await keyOf(directory)) === key) return;
  const file = `plugin-${key}.cjs`;
  const text = await bundle(name);
  await mkdir(directory, { recursive: true });
  // The launcher comes last but one: until then an older plugin stays whole, after it the new one is.
  await write(join(directory, file), text);
  await write(join(directory, bootFile), await readFile(join(here, bootFile), "utf8"));
  await write(join(directory, executable), launcher(file), 0o755);
  await write(join(directory, marker), `${JSON.stringify({ key, plugin: name, version: plugins[name] })}\n`);
  const old = (await readdir(directory)).filter((entry) => /^plugin-.*\.c/.test(entry) && !entry.startsWith(file));
  await Promise.all(old.map((entry) => rm(join(directory, entry), { force: true })));
};

/**
 * Puts the offline plugins kubernetes, command and random into `pulumiHome`, each in the version of its npm package.
 * Does nothing for those that are there already, be it the official plugin or this very content.
 */
export const installOfflinePlugins = async (pulumiHome: string): Promise<void> => {
  const key = await contentKey();
  await Promise.all((Object.keys(plugins) as PluginName[]).map((name) => install(pulumiHome, name, key)));
};

/** Which plugins in that home are the offline ones. */
export const offlinePlugins = async (pulumiHome: string): Promise<PluginName[]> => {
  const names = Object.keys(plugins) as PluginName[];
  const keys = await Promise.all(
    names.map((name) => keyOf(join(pulumiHome, "plugins", `resource-${name}-v${plugins[name]}`))),
  );
  return names.filter((_, i) => keys[i] !== undefined);
};
