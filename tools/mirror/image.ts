// Puts one image into a folder as an archive with its checksum, from whatever source has it.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRequest } from "../../layers/cluster/images/request.ts";
import { UserError } from "../../lib/errors.ts";
import { acquire } from "../image/acquire.ts";
import { archiveNames, checkSum, fileSha256, fileSize, findInFolder, readArchive } from "../image/archive.ts";
import { commit, sweep, temporaryFor } from "../image/local-cache.ts";
import type { Docker, Machine } from "../image/machine.ts";

const saveSeconds = 600;

export interface Mirrored {
  readonly what: "kept" | "written";
  readonly bytes: number;
}

const save = async (docker: Docker, reference: string, file: string): Promise<void> => {
  const { code, stderr } = await docker(["save", "--output", file, reference], { timeoutMs: saveSeconds * 1000 });
  if (code !== 0)
    throw new UserError(`The engine has ${reference} and could not save it: ${stderr.trim() || `exit ${code}`}`);
};

/** Throws a UserError that names every source where none has the image. */
export const mirrorImage = async (
  machine: Machine,
  docker: Docker,
  request: ImageRequest,
  folder: string,
): Promise<Mirrored> => {
  const { key, reference } = request;
  const found = findInFolder(folder, key, reference);
  if ("file" in found && (await checkSum(found.file)) === "fits") return { what: "kept", bytes: fileSize(found.file) };
  await mkdir(folder, { recursive: true });
  const { file } = await acquire(machine, docker, request);
  const [name = `${key}.tar`] = archiveNames(key, reference);
  const target = join(folder, name);
  sweep(folder);
  const temporary = temporaryFor(target);
  try {
    await (file === undefined ? save(docker, reference, temporary) : copyFile(file, temporary));
    // What an engine calls by this name and saves under another would be missed only by the machine without a network.
    if (!readArchive(temporary).some((image) => image.reference === reference))
      throw new UserError(`The archive of ${reference} holds another image`);
    commit(temporary, target, await fileSha256(temporary));
  } finally {
    await rm(temporary, { force: true });
  }
  return { what: "written", bytes: fileSize(target) };
};
