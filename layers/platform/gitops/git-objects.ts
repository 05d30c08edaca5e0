// Git's objects as data: a commit of a few files with a name that follows from their contents alone, and the pack that carries it.
// Formats: Git's documentation, gitformat-pack and "Git Internals - Git Objects".
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

type Kind = "commit" | "tree" | "blob";

export interface GitObject {
  readonly kind: Kind;
  /** 40 hex digits. */
  readonly id: string;
  readonly body: Buffer;
}

export interface Commit {
  /** 40 hex digits. */
  readonly id: string;
  readonly objects: readonly GitObject[];
}

/** Path with forward slashes to content. */
export type Files = ReadonlyMap<string, Buffer>;

const gitObject = (kind: Kind, body: Buffer): GitObject => ({
  kind,
  body,
  id: createHash("sha1").update(`${kind} ${body.length}\0`).update(body).digest("hex"),
});

interface Entry {
  readonly name: string;
  readonly object: GitObject;
}

/** By bytes, and a folder as if its name ended with a slash. */
const inGitOrder = (a: Entry, b: Entry): number => {
  const [left, right] = [a, b].map(({ name, object }) => Buffer.from(object.kind === "tree" ? `${name}/` : name));
  return Buffer.compare(left as Buffer, right as Buffer);
};

const treeOf = (files: Files, found: GitObject[]): GitObject => {
  const entries: Entry[] = [];
  const folders = new Map<string, Map<string, Buffer>>();
  for (const [path, content] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) {
      const object = gitObject("blob", content);
      found.push(object);
      entries.push({ name: path, object });
    } else {
      const folder = path.slice(0, slash);
      folders.set(folder, (folders.get(folder) ?? new Map()).set(path.slice(slash + 1), content));
    }
  }
  for (const [name, inside] of folders) entries.push({ name, object: treeOf(inside, found) });
  const tree = gitObject(
    "tree",
    Buffer.concat(
      entries
        .sort(inGitOrder)
        .flatMap(({ name, object }) => [
          Buffer.from(`${object.kind === "tree" ? "40000" : "100644"} ${name}\0`),
          Buffer.from(object.id, "hex"),
        ]),
    ),
  );
  found.push(tree);
  return tree;
};

/** A commit without parents. Author and date are fixed, so that the same files have the same id on every machine and day. */
export const commitOf = (files: Files, message: string): Commit => {
  const found: GitObject[] = [];
  const tree = treeOf(files, found);
  const who = "strata <strata@localhost> 0 +0000";
  const commit = gitObject("commit", Buffer.from(`tree ${tree.id}\nauthor ${who}\ncommitter ${who}\n\n${message}\n`));
  return { id: commit.id, objects: [commit, ...new Map(found.map((object) => [object.id, object])).values()] };
};

const types: Readonly<Record<Kind, number>> = { commit: 1, tree: 2, blob: 3 };

/** Type and size of an object in a pack: four bits of the size, then seven at a time. */
const header = (kind: Kind, size: number): Buffer => {
  const bytes: number[] = [];
  let byte = (types[kind] << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); ; rest = Math.floor(rest / 128)) {
    bytes.push(rest > 0 ? byte | 128 : byte);
    if (rest === 0) return Buffer.from(bytes);
    byte = rest & 127;
  }
};

/** A pack of whole objects, none as a difference from another. */
export const packOf = (objects: readonly GitObject[]): Buffer => {
  const start = Buffer.alloc(12);
  start.write("PACK");
  start.writeUInt32BE(2, 4);
  start.writeUInt32BE(objects.length, 8);
  const body = Buffer.concat([
    start,
    ...objects.flatMap(({ kind, body }) => [header(kind, body.length), deflateSync(body, { level: 9 })]),
  ]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
};
