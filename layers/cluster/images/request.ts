// What tools/image.ts is told about one image, as plain data, and the order in which it looks for it.
import { imageVersions } from "../../../chart-images.ts";
import type { ImagesConfig } from "../../../config/schema.ts";
import { UserError } from "../../../lib/errors.ts";
import { images } from "../../../versions.ts";
import { openRecipe, type Platform, type Recipe, recipeTag } from "./recipe.ts";
import { canonical, parseReference, slug } from "./reference.ts";

export interface ImageRequest {
  /** Key of versions.ts or chart-images.ts, or the reference itself for an image that is not in it. */
  readonly key: string;
  /** registry/repository:tag, as pods name it. */
  readonly reference: string;
  /** Digest that the registry's image must have. */
  readonly digest?: string;
  readonly recipe?: Recipe;
  /** Folder of image archives. */
  readonly archive?: string;
  readonly pullThroughCache: boolean;
  /** Base URL of archives of images with a recipe. */
  readonly remote?: string;
  readonly timeoutSeconds: number;
}

export interface LoadRequest extends ImageRequest {
  readonly cluster: string;
  /** Names of the node containers. */
  readonly nodes: readonly string[];
  /** What the nodes run, where it is not kind's node image: k3s keeps containerd's configuration in a file of its own. */
  readonly distribution?: "k3s";
}

/** Where an image can come from. */
export type Source =
  /** The host's container engine has it. */
  | "engine"
  /** A file of images.archive. */
  | "archive"
  /** The registry on 127.0.0.1 that keeps what it pulled. */
  | "pull-through cache"
  | "registry"
  /** An image built or fetched earlier, in strata's own cache folder. */
  | "local cache"
  /** The store of images.remote. */
  | "remote"
  | "build";

/** Sources of an image, in the order in which they are tried. An image with a recipe is in no registry. */
export const sources = (
  request: Pick<ImageRequest, "reference" | "recipe" | "archive" | "pullThroughCache" | "remote">,
): readonly Source[] => {
  const shared: readonly Source[] = request.archive === undefined ? ["engine"] : ["engine", "archive"];
  if (request.recipe)
    return [...shared, "local cache", ...(request.remote === undefined ? [] : (["remote"] as const)), "build"];
  // A registry on this machine is as near as any cache of it.
  const near = /^(localhost|127\.)/.test(parseReference(request.reference).registry);
  return [...shared, ...(request.pullThroughCache && !near ? (["pull-through cache"] as const) : []), "registry"];
};

const named = (image: string, config: ImagesConfig): { readonly key: string; readonly text: string } | undefined => {
  const override = config.overrides[image];
  if (override !== undefined) return { key: image, text: override };
  const version = imageVersions[image];
  if (version)
    return { key: image, text: `${version.repository}:${version.tag}${version.digest ? `@${version.digest}` : ""}` };
  return /[/:]/.test(image) ? { key: image, text: image } : undefined;
};

/**
 * Reference and digest of an image by its key of versions.ts, or of a full reference; `images.overrides` wins over both.
 *
 * Throws a UserError for a word that is neither.
 */
export const imageRequest = (image: string, config: ImagesConfig, platform: Platform): ImageRequest => {
  const found = named(image, config);
  if (!found)
    throw new UserError(
      `There is no image "${image}". Give a reference such as ghcr.io/stefanprodan/podinfo:6.9.2, or one of: ${Object.keys(images).join(", ")}`,
    );
  const version = config.overrides[image] === undefined ? imageVersions[image] : undefined;
  const recipe = version?.recipe === undefined ? undefined : openRecipe(version.recipe, version.tag, platform);
  const { digest } = parseReference(found.text);
  return {
    key: found.key,
    reference: recipe && version ? `${version.repository}:${recipeTag(recipe)}` : canonical(found.text),
    ...(digest !== undefined && { digest }),
    ...(recipe && { recipe }),
    ...(config.archive !== undefined && { archive: config.archive }),
    pullThroughCache: config.pullThroughCache,
    ...(config.remote && { remote: config.remote.url.replace(/\/+$/, "") }),
    timeoutSeconds: config.pullTimeoutSeconds,
  };
};

/** Name of an image in resource names. */
export const imageName = (request: Pick<ImageRequest, "key" | "reference">): string =>
  slug(request.key in imageVersions ? request.key : request.reference.replace(/^[^/]+\//, ""));
