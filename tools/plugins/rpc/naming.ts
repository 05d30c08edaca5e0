// Names with random ends, as the engine's own helper makes them.
import { createHash, randomBytes } from "node:crypto";

/** `prefix` and `digits` hex digits: from the engine's seed where it gives one, so that preview and update agree. */
export const uniqueName = (prefix: string, seed: Uint8Array, digits = 8): string => {
  const bytes = seed.length > 0 ? createHash("sha256").update(seed).update(prefix).digest() : randomBytes(digits);
  return prefix + bytes.toString("hex").slice(0, digits);
};
