// The node image on the host: there already, from the archive folder, or pulled and checked by digest. kind then uses it by tag.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { type ImageVersion, imageReference } from "../../versions.ts";
import type { Engine } from "./engine.ts";
import type { Host } from "./host.ts";

/** File names that an archive of this image may have: slashes and colons become underscores. */
export const archiveNames = (image: ImageVersion): readonly string[] => {
  const flat = (text: string) => `${text.replaceAll(/[/:]/g, "_")}.tar`;
  const reference = imageReference(image);
  return [flat(reference), flat(reference.replace(/^docker\.io\//, ""))];
};

const fromArchive = (folder: string, image: ImageVersion): string | undefined => {
  try {
    const files = readdirSync(folder);
    const name = archiveNames(image).find((candidate) => files.includes(candidate));
    return name && join(folder, name);
  } catch {
    return undefined;
  }
};

const isThere = async (engine: Engine, reference: string): Promise<boolean> =>
  (await engine.docker(["image", "inspect", "--format", "{{.Id}}", reference])).code === 0;

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

export interface NodeImageRequest {
  readonly image: ImageVersion;
  readonly archive?: string | undefined;
  readonly timeoutSeconds: number;
}

/** Throws a UserError that says where the image was looked for. */
export const ensureNodeImage = async (host: Host, engine: Engine, request: NodeImageRequest): Promise<void> => {
  const { image, archive, timeoutSeconds } = request;
  const reference = imageReference(image);
  if (await isThere(engine, reference)) return;
  const tried: string[] = [];
  if (archive !== undefined) {
    const file = fromArchive(archive, image);
    if (file !== undefined) {
      host.say(`Loading the node image from ${file}`);
      await engine.docker(["load", "--input", file], { timeoutSeconds });
      if (await isThere(engine, reference)) return;
    }
    tried.push(file ? `${file}: does not hold ${reference}` : `${archive}: has no ${archiveNames(image)[0]}`);
  }
  host.say(`Pulling the node image ${reference}`);
  const pinned = image.digest === undefined ? reference : `${reference}@${image.digest}`;
  const pull = await engine.docker(["pull", "--quiet", pinned], { timeoutSeconds });
  if (pull.code === 0) {
    // A pull by digest leaves the image without a tag, and kind would pull the tag again, unchecked.
    if (image.digest !== undefined) await engine.docker(["tag", `${image.repository}@${image.digest}`, reference]);
    if (await isThere(engine, reference)) return;
  }
  tried.push(`registry: ${pull.code === 124 ? `no answer within ${timeoutSeconds} s` : lastLine(pull.stderr)}`);
  throw new UserError(
    `The node image ${pinned} cannot be had.\n${tried.map((line) => `  - ${line}`).join("\n")}\n` +
      `Make the registry reachable, or put the image (docker save) as ${archiveNames(image)[0]} into a folder and name it ` +
      "in images.archive.",
  );
};
