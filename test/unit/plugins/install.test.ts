import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installOfflinePlugins, offlinePlugins } from "../../../tools/plugins/install.ts";
import { plugins } from "../../../versions.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "strata-install-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const folder = (name: keyof typeof plugins): string => join(home, "plugins", `resource-${name}-v${plugins[name]}`);

describe("installOfflinePlugins", { timeout: 120_000 }, () => {
  it("keeps an official plugin, installs the others once, and replaces an older one of its own", async () => {
    await mkdir(folder("random"), { recursive: true });
    await writeFile(join(folder("random"), "pulumi-resource-random"), "official");
    await mkdir(folder("command"), { recursive: true });
    for (const file of ["pulumi-resource-command", "plugin-0.cjs"])
      await writeFile(join(folder("command"), file), "old");
    await writeFile(join(folder("command"), "strata-offline.json"), '{"key":"0"}');

    await installOfflinePlugins(home);
    expect(await readFile(join(folder("random"), "pulumi-resource-random"), "utf8")).toBe("official");
    expect(await offlinePlugins(home)).toEqual(["kubernetes", "command"]);
    const files = await readdir(folder("command"));
    expect(files.sort()).toEqual([
      "boot.cjs",
      expect.stringMatching(/^plugin-[0-9a-f]{16}\.cjs$/),
      "pulumi-resource-command",
      "strata-offline.json",
    ]);
    const launcher = join(folder("command"), "pulumi-resource-command");
    expect((await stat(launcher)).mode & 0o777).toBe(0o755);
    expect(await readFile(launcher, "utf8")).toContain(`exec "$node" "$(dirname "$0")/boot.cjs" "${files[1]}" "$@"`);

    const before = (await stat(launcher)).mtimeMs;
    await installOfflinePlugins(home);
    expect((await stat(launcher)).mtimeMs).toBe(before);
  });

  it("a plugin remembers its compiled code, and starts without it or with a damaged one", async () => {
    await copyFile(new URL("../../../tools/plugins/boot.cjs", import.meta.url), join(home, "boot.cjs"));
    // It has to live long enough to be worth it.
    await writeFile(
      join(home, "plugin-1.cjs"),
      `console.log(process.argv.slice(2).join(), __dirname === ${JSON.stringify(home)}, typeof require("node:os").cpus);
       setTimeout(() => console.log(require("node:path").sep), +process.argv[2]);`,
    );
    const start = (lifetimeMs: number): string =>
      execFileSync(process.execPath, [join(home, "boot.cjs"), "plugin-1.cjs", String(lifetimeMs)], {
        encoding: "utf8",
      });
    const caches = async () => (await readdir(home)).filter((name) => name.endsWith(".cache"));

    expect(start(2500)).toBe("2500 true function\n/\n");
    const [cache = "none", ...others] = await caches();
    expect([cache.startsWith("plugin-1.cjs."), others]).toEqual([true, []]);
    expect(start(0)).toBe("0 true function\n/\n");
    await writeFile(join(home, cache), "damaged");
    expect(start(2500)).toBe("2500 true function\n/\n");
    expect((await stat(join(home, cache))).size).toBeGreaterThan(100);
  });
});
