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

/** P (18 words), then the four S-boxes (256 words each), in one array. */
type State = Int32Array;

/** Encrypts the block (left, right) into two words of `out`. All of bcrypt's time is spent here. */
const encrypt = (state: State, left: number, right: number, out: Int32Array, at: number): void => {
  let l = left ^ (state[0] as number);
  let r = right;
  for (let round = 1; round <= 16; round += 2) {
    r ^=
      ((((((state[18 + (l >>> 24)] as number) + (state[274 + ((l >>> 16) & 255)] as number)) | 0) ^
        (state[530 + ((l >>> 8) & 255)] as number)) +
        (state[786 + (l & 255)] as number)) |
        0) ^
      (state[round] as number);
    l ^=
      ((((((state[18 + (r >>> 24)] as number) + (state[274 + ((r >>> 16) & 255)] as number)) | 0) ^
        (state[530 + ((r >>> 8) & 255)] as number)) +
        (state[786 + (r & 255)] as number)) |
        0) ^
      (state[round + 1] as number);
  }
  out[at] = r ^ (state[17] as number);
  out[at + 1] = l;
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
  let left = 0;
  let right = 0;
  for (let i = 0; i < words; i += 2) {
    if (salt) {
      left ^= salt[i % 4] as number;
      right ^= salt[(i + 1) % 4] as number;
    }
    encrypt(state, left, right, state, i);
    left = state[i] as number;
    right = state[i + 1] as number;
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
    for (let n = 0; n < 64; n++) encrypt(state, text[i] as number, text[i + 1] as number, text, i);
  }
  const hash = Buffer.alloc(24);
  text.forEach((word, i) => {
    hash.writeInt32BE(word, i * 4);
  });
  return `$2a$${String(cost).padStart(2, "0")}$${encode(salt)}${encode(hash.subarray(0, 23))}`;
};
