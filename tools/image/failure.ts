// What a user reads when an image cannot be had: which, where it was looked for, why each failed, and what to do.
import type { ImageRequest, Source } from "../../layers/cluster/images/request.ts";
import { archiveNames } from "./archive.ts";

export interface Attempt {
  readonly source: Source;
  readonly reason: string;
}

const places = (request: ImageRequest): Readonly<Record<Source, string>> => ({
  engine: "container engine",
  archive: `images.archive (${request.archive})`,
  "pull-through cache": "pull-through cache",
  registry: `registry ${request.reference.split("/")[0]}`,
  "local cache": "local cache",
  remote: `images.remote (${request.remote})`,
  build: "build",
});

const remedies = (request: ImageRequest): string => {
  if (request.recipe)
    return "Install Go (https://go.dev/dl/) or make the registry of the Go image reachable, then run this again.";
  const { key, reference, archive } = request;
  const [file = ""] = archiveNames(key, reference);
  const save = `docker pull ${reference} && docker save --output ${file} ${reference}`;
  const where =
    archive === undefined
      ? "put the file into a folder of this machine and name the folder in images.archive"
      : `put the file into ${archive}`;
  const mirror = key === reference ? "" : `\n  - or name a mirror in the stack file: images.overrides.${key}`;
  return `To go on, one of:\n  - make the registry reachable, then run this again\n  - on a machine that reaches it: ${save}\n    then ${where}${mirror}`;
};

/** The whole message, without a stack trace. */
export const failureMessage = (request: ImageRequest, attempts: readonly Attempt[]): string => {
  const names = places(request);
  const name = request.key === request.reference ? request.reference : `${request.reference} (${request.key})`;
  const tried = attempts.map(({ source, reason }) => `  - ${names[source]}: ${reason}`).join("\n");
  return `The image ${name} cannot be had. Tried:\n${tried}\n${remedies(request)}`;
};
