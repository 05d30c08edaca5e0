// bcrypt hashes of generated passwords. Its tables are the first digits of pi, computed instead of carried along.
import { randomBytes } from "node:crypto";

const words = 18 + 4 * 256;

/** arctan(1/x) as a fixed-point number of `bits` fraction bits. */
const arctan = (x: bigint, bits: bigint): bigint => {
  let power = (1n << bits) / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / n;
  }
  return sum;
};

/** The fraction of pi in words of 32 bits (Machin's formula), with spare digits against rounding. */
const piWords = (): Int32Array => {
  const spare = 64n;
  const bits = BigInt(words * 32) + spare;
  const pi = 16n * arctan(5n, bits) - 4n * arctan(239n, bits);
  const fraction = (pi & ((1n << bits) - 1n)) >> spare;
  const hex = fraction.toString(16).padStart(words * 8, "0");
  return Int32Array.from({ length: words }, (_, i) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16) | 0);
};

let tables: Int32Array | undefined;

/** P (18 words) and the four S-boxes (256 words each) in one array: one bounds check less per access. */
type State = Int32Array;
const sboxes = [18, 18 + 256, 18 + 512, 18 + 768] as const;

const encrypt = (state: State, block: Int32Array): void => {
  const at = (index: number): number => state[index] as number;
  let left = (block[0] as number) ^ at(0);
  let right = block[1] as number;
  for (let round = 1; round <= 16; round += 2) {
    let f = (at(sboxes[0] + (left >>> 24)) + at(sboxes[1] + ((left >>> 16) & 255))) | 0;
    f = ((f ^ at(sboxes[2] + ((left >>> 8) & 255))) + at(sboxes[3] + (left & 255))) | 0;
    right ^= f ^ at(round);
    f = (at(sboxes[0] + (right >>> 24)) + at(sboxes[1] + ((right >>> 16) & 255))) | 0;
    f = ((f ^ at(sboxes[2] + ((right >>> 8) & 255))) + at(sboxes[3] + (right & 255))) | 0;
    left ^= f ^ at(round + 1);
  }
  block[0] = right ^ at(17);
  block[1] = left;
};

/** `count` words read round and round from the bytes. */
const cyclicWords = (bytes: Uint8Array, count: number): Int32Array => {
  let offset = 0;
  return Int32Array.from({ length: count }, () => {
    let word = 0;
    for (let i = 0; i < 4; i++, offset = (offset + 1) % bytes.length) word = (word << 8) | (bytes[offset] as number);
    return word;
  });
};

const expand = (state: State, key: Int32Array, salt?: Int32Array): void => {
  for (let i = 0; i < 18; i++) state[i] = (state[i] as number) ^ (key[i] as number);
  const block = new Int32Array(2);
  for (let i = 0; i < words; i += 2) {
    if (salt) {
      block[0] = (block[0] as number) ^ (salt[i % 4] as number);
      block[1] = (block[1] as number) ^ (salt[(i + 1) % 4] as number);
    }
    encrypt(state, block);
    state[i] = block[0] as number;
    state[i + 1] = block[1] as number;
  }
};

const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const plainAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const encode = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("base64")
    .replace(/=+$/, "")
    .replace(/./g, (character) => alphabet[plainAlphabet.indexOf(character)] ?? "");

const roundsPerSlice = 64;

/** `$2a$<cost>$<salt><hash>`. Only the first 72 bytes of the password count. Takes about 0.1 s at cost 10. */
export const bcrypt = async (password: string, cost = 10, salt: Uint8Array = randomBytes(16)): Promise<string> => {
  tables ??= piWords();
  const state = tables.slice();
  const key = cyclicWords(Buffer.concat([Buffer.from(password), Buffer.from([0])]).subarray(0, 72), 18);
  const saltWords = cyclicWords(salt, 18);
  expand(state, key, saltWords);
  for (let round = 0; round < 2 ** cost; round++) {
    expand(state, key);
    expand(state, saltWords);
    // Other resources of the plugin get their turn.
    if (round % roundsPerSlice === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const text = cyclicWords(Buffer.from("OrpheanBeholderScryDoubt"), 6);
  for (let i = 0; i < 6; i += 2) {
    const block = text.subarray(i, i + 2);
    for (let n = 0; n < 64; n++) encrypt(state, block);
  }
  const hash = Buffer.alloc(24);
  text.forEach((word, i) => {
    hash.writeInt32BE(word, i * 4);
  });
  return `$2a$${String(cost).padStart(2, "0")}$${encode(salt)}${encode(hash.subarray(0, 23))}`;
};
