// Where each image of a run came from: one line for each, written by the processes that fetch them, read when the run ends.
import { appendFileSync, readFileSync } from "node:fs";
import type { RunRecord } from "./record.ts";

/** Names the file to the processes that the engine starts. */
export const imageLogVariable = "STRATA_IMAGE_LOG";

export type ImageUse = RunRecord["images"][number];

/** Called where an image was had. Never throws: a note that can't be written must not fail an image. */
export function noteImage({ image, source }: ImageUse, env: NodeJS.ProcessEnv = process.env): void {
  const file = env[imageLogVariable];
  if (!file) return;
  try {
    // One write of a short line: lines of processes side by side don't mix.
    appendFileSync(file, `${JSON.stringify({ image, source })}\n`, { mode: 0o600 });
  } catch {
    // The run is worth more than the note.
  }
}

export function readImageLog(file: string): readonly ImageUse[] {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  // The first counts: whoever asks for it later finds it in the engine.
  const found = new Map<string, ImageUse>();
  for (const line of text.split("\n")) {
    try {
      const use = JSON.parse(line) as ImageUse;
      if (!found.has(use.image)) found.set(use.image, { image: use.image, source: use.source });
    } catch {
      // The end of the file, or a line that a process was killed in.
    }
  }
  return [...found.values()];
}

/** Every image of the stack: with the source of this run, or why there is none. */
export function imageUses(
  fetched: readonly ImageUse[],
  used: readonly string[],
  simulated: boolean,
  ownNodes: boolean,
): ImageUse[] {
  const known = new Set(fetched.map(({ image }) => image));
  const source = simulated ? "none (simulated nodes)" : ownNodes ? "kept from an earlier run" : "pulled by the nodes";
  const rest = [...new Set(used)].filter((image) => !known.has(image)).map((image) => ({ image, source }));
  return [...fetched, ...rest].sort((a, b) => a.image.localeCompare(b.image));
}
