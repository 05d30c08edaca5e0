// Images that are built here: the key of a recipe, which changes with everything that goes into the image and with nothing else.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goImage } from "../../../versions.ts";

export interface Platform {
  readonly os: string;
  readonly arch: string;
}

export interface RecipeFile {
  /** Path in the recipe's folder, with forward slashes. */
  readonly path: string;
  readonly content: Buffer | string;
}

/** What a workload's image reference needs to know of its recipe. */
export interface Recipe {
  /** Folder under images/. */
  readonly folder: string;
  /** Version of what it builds. */
  readonly version: string;
  readonly platform: Platform;
  /** 64 hex digits; the same for every platform. */
  readonly key: string;
}

/**
 * SHA-256 over every file of a recipe and the Go version, as 64 hex digits.
 *
 * Without the platform: the key is part of the tag, and what is rendered for GitOps on a laptop must be what a server renders.
 * Each part goes in with its length, so that no text can move from one part to the next unnoticed.
 */
export const recipeKey = (files: readonly RecipeFile[], builder: string): string => {
  const hash = createHash("sha256");
  const add = (part: Buffer | string): void => {
    hash.update(`${Buffer.byteLength(part)}\0`).update(part);
  };
  add(builder);
  for (const { path, content } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    add(path);
    add(content);
  }
  return hash.digest("hex");
};

/** Platform of the nodes of a local cluster, which is the host's: containers run without emulation. */
export const nodePlatform = (arch: string = process.arch): Platform => ({
  os: "linux",
  arch: arch === "x64" ? "amd64" : arch,
});

/** Folder of a recipe in this repository. */
export const recipeFolder = (recipe: string): string =>
  fileURLToPath(new URL(`../../../images/${recipe}`, import.meta.url));

/** Files of a recipe; hidden ones are an editor's or the system's. */
export const readRecipe = (folder: string): readonly RecipeFile[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !/(^|\/)\./.test(path) && statSync(join(folder, path)).isFile())
    .map((path) => ({ path, content: readFileSync(join(folder, path)) }));

/** Go version that recipes are built with, whether by Go on the host or in a container. */
export const builder: string = goImage.tag.replace(/-.*$/, "");

/** A recipe of this repository, for a platform. */
export const openRecipe = (recipe: string, version: string, platform: Platform): Recipe => ({
  folder: recipe,
  version,
  platform,
  key: recipeKey(readRecipe(recipeFolder(recipe)), builder),
});

/** Tag of a built image: another recipe is another tag, so that no node mistakes an old image for the new one. */
export const recipeTag = ({ version, key }: Pick<Recipe, "version" | "key">): string =>
  `${version}-${key.slice(0, 12)}`;
