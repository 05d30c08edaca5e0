import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ImageRequest } from "../../../../layers/cluster/images/request.ts";
import { tar } from "../../../../tools/image/tar.ts";
import { mirrorImage } from "../../../../tools/mirror/image.ts";
import { recordingMachine } from "../../../support/image-machine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-mirror-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request: ImageRequest = {
  key: "busybox",
  reference: "docker.io/library/busybox:1.37.0",
  pullThroughCache: false,
  timeoutSeconds: 60,
};

const archive = (file: string, tag: string): void => {
  const config = JSON.stringify({ tag });
  const name = `${createHash("sha256").update(config).digest("hex")}.json`;
  const manifest = JSON.stringify([{ Config: name, RepoTags: [tag], Layers: ["layer.tar"] }]);
  const members = { "layer.tar": "x", [name]: config, "manifest.json": manifest };
  writeFileSync(
    file,
    Buffer.concat(tar(Object.entries(members).map(([member, content]) => ({ name: member, content })))),
  );
};

/** An engine that has the image; `save` does what the engine's `save` does. */
const engine = (save: (file: string) => { code?: number; stderr?: string } | undefined) =>
  recordingMachine((line) => {
    if (line.includes("inspect")) return { stdout: "sha256:1\t1\t[]" };
    const file = /save --output (\S+)/.exec(line)?.[1];
    return file === undefined ? undefined : save(file);
  });

const saves = (tag: string) => engine((file) => void archive(file, tag));
const mirror = (machine: ReturnType<typeof engine>, asked = request) =>
  mirrorImage(machine, machine.docker, asked, folder);
const name = "docker.io_library_busybox_1.37.0.tar";

test("an image of the engine is saved whole, with its checksum, and kept the next time", async () => {
  const machine = saves("busybox:1.37.0");
  expect(await mirror(machine)).toMatchObject({ what: "written" });
  expect(readdirSync(folder).sort()).toEqual([name, `${name}.sha256`]);
  const saved = machine.ran.length;
  expect(await mirror(machine)).toMatchObject({ what: "kept" });
  expect(machine.ran).toHaveLength(saved);
});

test("a damaged file is written anew", async () => {
  await mirror(saves("busybox:1.37.0"));
  writeFileSync(join(folder, `${name}.sha256`), `${"0".repeat(64)}\n`);
  expect(await mirror(saves("busybox:1.37.0"))).toMatchObject({ what: "written" });
});

test("an archive of this machine is copied", async () => {
  const images = mkdtempSync(join(tmpdir(), "strata-images-"));
  archive(join(images, "busybox.tar"), "busybox:1.37.0");
  const machine = recordingMachine((line) => (line.includes("inspect") ? { code: 1, stderr: "No such image" } : {}));
  expect(await mirror(machine, { ...request, archive: images })).toMatchObject({ what: "written" });
  expect(existsSync(join(folder, name))).toBe(true);
  rmSync(images, { recursive: true });
});

test.each([
  ["a save that fails", () => ({ code: 1, stderr: "no space left on device" }), "could not save it: no space left"],
  ["another image under that name", (file: string) => void archive(file, "alpine:3"), "holds another image"],
])("%s leaves nothing behind", async (_, save, message) => {
  await expect(mirror(engine(save))).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual([]);
});
