import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { find, locate, onPath, parseVersion } from "../../../../tools/toolchain/locate.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-locate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (path: string, says: string): string => {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
  return file;
};

const env = (...path: string[]) => ({
  HOME: folder,
  PATH: [...path.map((part) => join(folder, part)), "/usr/bin", "/bin"].join(delimiter),
});

describe("locate", () => {
  test("a tool that is nowhere: says how to get it", async () => {
    await expect(locate("kwokctl", { HOME: folder, PATH: "" })).rejects.toThrow(
      '"kwokctl" is not on PATH, and strata has not installed it.\nRun: npm run setup kwokctl',
    );
    await expect(locate("docker", { HOME: folder, PATH: "" })).rejects.toThrow(
      "Install a container engine (Docker, OrbStack, Colima or Podman), or rehearse without one: npm run rehearse",
    );
  });

  test("a version that does not fit is named, with the range that does", async () => {
    const old = program("a/kind", "kind version 0.11.1");
    await expect(locate("kind", env("a"))).rejects.toThrow(
      `"kind" on PATH (${old}) does not fit: kind >=0.24.0 <1 is needed`,
    );
  });

  test("the first fitting one on PATH wins over an unfit one before it and the installed one", async () => {
    program("a/kind", "kind version 0.11.1");
    const good = program("b/kind", "kind version 0.29.0");
    program(".cache/strata/bin/kind", "kind version 0.33.0");
    expect(await find("kind", env("a", "b"))).toEqual({ path: good, version: "0.29.0", from: "PATH" });
  });

  test("without a fitting one on PATH, the installed one", async () => {
    program("a/kind", "kind version 0.11.1");
    const managed = program(".cache/strata/bin/kind", "kind version 0.33.0");
    expect(await find("kind", env("a"))).toEqual({ path: managed, version: "0.33.0", from: "managed" });
  });

  test("a Pulumi CLI without its Node language host can't run the program", async () => {
    program("a/pulumi", "v3.250.0");
    expect(await find("pulumi", env("a"))).toBeUndefined();
    program("a/pulumi-language-nodejs", "");
    expect((await find("pulumi", env("a")))?.from).toBe("PATH");
  });

  test("npm's own bin folder is no installation: its pulumi is a downloader", () => {
    program("p/node_modules/.bin/pulumi", "v3.250.0");
    expect(onPath("pulumi", env("p/node_modules/.bin"))).toEqual([]);
  });

  test.each([
    ["kind v0.33.0 go1.26.8 linux/amd64", "0.33.0"],
    ["Client Version: v1.34.4\nKustomize Version: v5.7.1", "1.34.4"],
    ["go1.26", undefined],
  ])("version of %j", (output, version) => {
    expect(parseVersion(output)).toBe(version);
  });
});
