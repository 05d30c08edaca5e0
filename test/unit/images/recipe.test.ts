import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  builder,
  nodePlatform,
  openRecipe,
  type Recipe,
  readRecipe,
  recipeFolder,
  recipeKey,
  recipeTag,
} from "../../../layers/cluster/images/recipe.ts";
import { cachedArchive } from "../../../tools/image/local-cache.ts";
import { remoteUrl } from "../../../tools/image/remote.ts";
import { images } from "../../../versions.ts";

const amd64 = { os: "linux", arch: "amd64" };
const files = [
  { path: "go.mod", content: "module x" },
  { path: "cmd/main.go", content: "package main" },
];
const key = recipeKey(files, "1.26.8");

describe("recipeKey", () => {
  test.each([
    ["a file's content", recipeKey([{ path: "go.mod", content: "module y" }, ...files.slice(1)], "1.26.8")],
    ["a file's name", recipeKey([{ path: "go.mod2", content: "module x" }, ...files.slice(1)], "1.26.8")],
    ["a file more", recipeKey([...files, { path: "empty", content: "" }], "1.26.8")],
    ["a file less", recipeKey(files.slice(1), "1.26.8")],
    [
      "text that moves from one file to the next",
      recipeKey(
        [
          { path: "go.mod", content: "module xcmd" },
          { path: "/main.go", content: "package main" },
        ],
        "1.26.8",
      ),
    ],
    ["the builder's version", recipeKey(files, "1.26.9")],
  ])("changes with %s", (_what, other) => {
    expect(other).not.toBe(key);
  });

  test("does not depend on the order in which files are listed", () => {
    expect(recipeKey([...files].reverse(), "1.26.8")).toBe(key);
  });
});

describe("readRecipe", () => {
  test("reads every file of the folder, but no hidden one and nothing beside it", () => {
    const root = mkdtempSync(join(tmpdir(), "recipe-"));
    mkdirSync(join(root, "recipe", "cmd"), { recursive: true });
    writeFileSync(join(root, "recipe", "go.mod"), "module x");
    writeFileSync(join(root, "recipe", "cmd", "main.go"), "package main");
    const before = recipeKey(readRecipe(join(root, "recipe")), "1.26.8");
    writeFileSync(join(root, "recipe", ".DS_Store"), "x");
    writeFileSync(join(root, "unrelated"), "x");
    expect(recipeKey(readRecipe(join(root, "recipe")), "1.26.8")).toBe(before);
    expect(before).toBe(key);
  });
});

describe("the collector's recipe", () => {
  const folder = recipeFolder("otel-collector");
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const modules = [...read("builder.yaml").matchAll(/gomod: (\S+) (\S+)/g)].map(([, path = "", version = ""]) => ({
    path,
    version,
  }));

  test("has a tag of version and key", () => {
    const recipe = openRecipe("otel-collector", "1.2.3", amd64);
    expect(recipeTag(recipe)).toBe(`1.2.3-${recipe.key.slice(0, 12)}`);
    expect(recipe).toMatchObject({ folder: "otel-collector", platform: amd64 });
  });

  test("has the same tag on every platform, and an archive of its own for each", () => {
    const [intel, arm] = [amd64, { os: "linux", arch: "arm64" }].map((platform) =>
      openRecipe("otel-collector", "1.2.3", platform),
    ) as [Recipe, Recipe];
    expect(recipeTag(arm)).toBe(recipeTag(intel));
    expect(cachedArchive("/cache", arm)).not.toBe(cachedArchive("/cache", intel));
    expect(remoteUrl("https://x", arm)).not.toBe(remoteUrl("https://x", intel));
  });

  test("states one version in versions.ts, the manifest and the program", () => {
    const version = /^ {2}version: (\S+)$/m.exec(read("builder.yaml"))?.[1];
    expect(version).toBe(images.otelCollector.tag);
    expect(/Version: +"([^"]+)"/.exec(read("otelcol/main.go"))?.[1]).toBe(version);
  });

  test("locks the modules of the manifest, at its versions, with checksums", () => {
    expect(modules.length).toBeGreaterThan(10);
    for (const { path, version } of modules) {
      expect(read("go.mod")).toContain(`\t${path} ${version}\n`);
      expect(read("go.sum")).toContain(`${path} ${version} h1:`);
    }
  });

  test("was generated from the manifest: the program has its components and no others", () => {
    const source = read("otelcol/components.go") + read("otelcol/main.go");
    const registered = [...source.matchAll(/^\t[a-z]+ "(\S+)"$/gm)]
      .map(([, path]) => path)
      .filter((path) => !path?.endsWith("otelconftelemetry"));
    expect(registered.sort()).toEqual(modules.map(({ path }) => path).sort());
  });

  test("is built with the Go version that it asks for", () => {
    expect(/^go (\S+)$/m.exec(read("go.mod"))?.[1]).toBe(builder);
  });
});

test.each([
  ["x64", "amd64"],
  ["arm64", "arm64"],
])("nodes on %s are linux/%s", (arch, expected) => {
  expect(nodePlatform(arch)).toEqual({ os: "linux", arch: expected });
});
