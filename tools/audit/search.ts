// Looks for thousands of texts at once in bytes: one pass, in which the first four bytes decide whether there is anything to compare.
import type { Form } from "./forms.ts";
import { formsOf } from "./forms.ts";
import type { Secret } from "./secrets.ts";

interface Needle {
  readonly bytes: Buffer;
  readonly secret: Secret;
  readonly form: Form;
}

export interface Hit {
  readonly secret: Secret;
  readonly form: Form;
  /** Of its first byte. */
  readonly offset: number;
  /** How often it is there in this form and others. */
  readonly times: number;
}

export type Search = (bytes: Buffer) => readonly Hit[];

const prefixLength = 4;
const filterBits = 20;
const slot = (prefix: number): number => Math.imul(prefix, 0x9e3779b1) >>> (32 - filterBits);

/** @returns a search that tells each secret once, at the first place where it is. */
export function searchFor(secrets: readonly Secret[]): Search {
  const byPrefix = new Map<number, Needle[]>();
  const filter = new Uint8Array(1 << filterBits);
  for (const secret of secrets)
    for (const piece of secret.pieces)
      for (const [text, form] of formsOf(piece)) {
        const bytes = Buffer.from(text);
        const prefix = bytes.readInt32LE(0);
        filter[slot(prefix)] = 1;
        byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { bytes, secret, form }]);
      }
  return (bytes) => {
    const hits = new Map<Secret, Hit>();
    let prefix = 0;
    for (let end = 0; end < bytes.length; end++) {
      // The last four bytes, the newest on top: what readInt32LE reads where the needle begins.
      prefix = (prefix >>> 8) | ((bytes[end] ?? 0) << 24);
      if (filter[slot(prefix)] !== 1) continue;
      const offset = end - prefixLength + 1;
      if (offset < 0) continue;
      const seen = new Set<Secret>();
      for (const { bytes: needle, secret, form } of byPrefix.get(prefix) ?? []) {
        const last = offset + needle.length;
        if (seen.has(secret) || last > bytes.length || bytes.compare(needle, 0, needle.length, offset, last) !== 0)
          continue;
        seen.add(secret);
        const known = hits.get(secret);
        hits.set(secret, known ? { ...known, times: known.times + 1 } : { secret, form, offset, times: 1 });
      }
    }
    return [...hits.values()];
  };
}
