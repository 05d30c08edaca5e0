// Reads and writes uncompressed tar files as far as image archives need it: a file in the middle is found without reading the rest.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const block = 512;

export interface TarEntry {
  readonly name: string;
  /** Position of its first byte in the archive. */
  readonly offset: number;
  readonly size: number;
}

const text = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
};

/** Octal digits, or a big-endian number for what they can't hold. */
const number = (header: Buffer, from: number, length: number): number => {
  const first = header[from] ?? 0;
  if ((first & 0x80) === 0) return Number.parseInt(text(header, from, length).trim() || "0", 8);
  return [...header.subarray(from + 1, from + length)].reduce((value, byte) => value * 256 + byte, 0);
};

const checksumFits = (header: Buffer): boolean => {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  return sum === number(header, 148, 8);
};

/** Value of a key in a pax header, whose records are "<length> <key>=<value>\n". */
const paxValue = (records: string, key: string): string | undefined =>
  new RegExp(`^\\d+ ${key}=(.*)$`, "m").exec(records)?.[1];

export type ReadAt = (position: number, length: number) => Buffer;

/** Entries of an archive in their order. Throws an Error that says how it is damaged. */
export function* tarEntries(readAt: ReadAt, fileSize: number): Generator<TarEntry> {
  let position = 0;
  let pax = "";
  let longName: string | undefined;
  while (position + block <= fileSize) {
    const header = readAt(position, block);
    if (header.every((byte) => byte === 0)) return;
    if (!checksumFits(header)) throw new Error(position === 0 ? "it is not an uncompressed tar file" : "it is damaged");
    const type = String.fromCharCode(header[156] ?? 0);
    const paxSize = paxValue(pax, "size");
    const size = paxSize === undefined ? number(header, 124, 12) : Number(paxSize);
    const offset = position + block;
    position = offset + Math.ceil(size / block) * block;
    if (offset + size > fileSize) throw new Error("it is cut short");
    if (type === "x" || type === "g") pax = type === "x" ? readAt(offset, size).toString("utf8") : pax;
    else if (type === "L") longName = text(readAt(offset, size), 0, size);
    else {
      const prefix = header.toString("latin1", 257, 262) === "ustar" ? text(header, 345, 155) : "";
      const short = text(header, 0, 100);
      const name = paxValue(pax, "path") ?? longName ?? (prefix === "" ? short : `${prefix}/${short}`);
      pax = "";
      longName = undefined;
      yield { name: name.replace(/^\.\//, ""), offset, size };
    }
  }
  throw new Error("it is cut short");
}

export interface TarFile {
  readonly entries: ReadonlyMap<string, TarEntry>;
  /** Content of an entry; undefined where there is none of that name. */
  read(name: string): Buffer | undefined;
}

/** Runs `use` on an opened archive, of which only the headers are read. */
export const withTar = <T>(file: string, use: (tar: TarFile) => T): T => {
  const handle = openSync(file, "r");
  try {
    const readAt: ReadAt = (position, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(handle, buffer, 0, length, position));
    };
    const entries = new Map<string, TarEntry>();
    for (const entry of tarEntries(readAt, fstatSync(handle).size)) entries.set(entry.name, entry);
    return use({
      entries,
      read: (name) => {
        const entry = entries.get(name);
        return entry && readAt(entry.offset, entry.size);
      },
    });
  } finally {
    closeSync(handle);
  }
};

export interface TarMember {
  readonly name: string;
  readonly content: Buffer | string;
  /** Default 0644, or 0755 for a folder (a name that ends in a slash). */
  readonly mode?: number;
}

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;

/** A tar file as buffers to write one after the other: owner root, time 0, so that the same members make the same bytes. */
export const tar = (members: readonly TarMember[]): readonly Buffer[] => [
  ...members.flatMap(({ name, content, mode }) => {
    const folder = name.endsWith("/");
    const data = Buffer.from(content);
    const header = Buffer.alloc(block);
    header.write(name, 0, 100);
    header.write(octal(mode ?? (folder ? 0o755 : 0o644), 8), 100);
    header.write(octal(0, 8), 108);
    header.write(octal(0, 8), 116);
    header.write(octal(data.length, 12), 124);
    header.write(octal(0, 12), 136);
    header.write(" ".repeat(8), 148);
    header.write(folder ? "5" : "0", 156);
    header.write("ustar\0" + "00", 257);
    header.write(
      octal(
        header.reduce((total, byte) => total + byte, 0),
        7,
      ),
      148,
    );
    return [header, data, Buffer.alloc((block - (data.length % block)) % block)];
  }),
  Buffer.alloc(2 * block),
];
