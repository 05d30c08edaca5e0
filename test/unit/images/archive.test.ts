import { createHash } from "node:crypto";
import { mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { archiveNames, checkSum, findInFolder, readArchive } from "../../../tools/image/archive.ts";
import { imageArchive } from "../../../tools/image/pack.ts";
import { type TarMember, tar, withTar } from "../../../tools/image/tar.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
});

const write = (name: string, members: readonly TarMember[]): string => {
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat(tar(members)));
  return file;
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const image = (tags: readonly string[], extra: readonly TarMember[] = []): readonly TarMember[] => {
  const config = JSON.stringify({ tags });
  return [
    { name: "layer.tar", content: "x".repeat(5000) },
    { name: `${sha256(config)}.json`, content: config },
    {
      name: "manifest.json",
      content: JSON.stringify([{ Config: `${sha256(config)}.json`, RepoTags: tags, Layers: ["layer.tar"] }]),
    },
    ...extra,
  ];
};

describe("tar", () => {
  test("finds files without reading those before them, long names and sizes included", () => {
    const file = write("x.tar", [
      { name: "big", content: "b".repeat(100_000) },
      { name: `${"folder/".repeat(10)}name`, content: "here" },
    ]);
    withTar(file, (archive) => {
      expect([...archive.entries.keys()]).toEqual(["big", `${"folder/".repeat(10)}name`]);
      expect(archive.read(`${"folder/".repeat(10)}name`)?.toString()).toBe("here");
      expect(archive.read("absent")).toBeUndefined();
    });
  });
});

describe("readArchive", () => {
  test("says what is wrong with a file that is no archive of images", () => {
    writeFileSync(join(folder, "text.tar"), "t".repeat(2000));
    expect(() => readArchive(join(folder, "text.tar"))).toThrow("it is not an uncompressed tar file");
    writeFileSync(join(folder, "empty.tar"), "");
    expect(() => readArchive(join(folder, "empty.tar"))).toThrow("it is cut short");
    expect(() => readArchive(write("other.tar", [{ name: "a", content: "b" }]))).toThrow("it has no manifest.json");
    expect(() => readArchive(write("bad.tar", [{ name: "manifest.json", content: "{" }]))).toThrow(
      "its manifest.json is not JSON",
    );
  });

  test("notices a missing layer, a damaged configuration and a file cut short", () => {
    expect(() => readArchive(write("a.tar", image(["a:1"]).slice(1)))).toThrow("it lacks layer.tar");
    const [layer, config, manifest] = image(["a:1"]);
    if (!layer || !config || !manifest) throw new Error("the fixture is broken");
    expect(() => readArchive(write("b.tar", [layer, { ...config, content: "{}" }, manifest]))).toThrow("is damaged");
    const cut = write("c.tar", image(["a:1"]));
    truncateSync(cut, 3000);
    expect(() => readArchive(cut)).toThrow("it is cut short");
  });

  test("gives every tag in its one spelling, with the digest of the configuration", () => {
    const config = JSON.stringify({ tags: ["postgres:17.10", "quay.io/a/b:1"] });
    expect(readArchive(write("a.tar", image(["postgres:17.10", "quay.io/a/b:1"])))).toEqual([
      { reference: "docker.io/library/postgres:17.10", configDigest: `sha256:${sha256(config)}` },
      { reference: "quay.io/a/b:1", configDigest: `sha256:${sha256(config)}` },
    ]);
  });

  test("gives the digest of the index where the archive kept one, and not a manifest's", () => {
    const index = (mediaType: string): TarMember => ({
      name: "index.json",
      content: JSON.stringify({
        manifests: [
          { mediaType, digest: "sha256:1", annotations: { "io.containerd.image.name": "docker.io/library/a:1" } },
        ],
      }),
    });
    const digestOf = (mediaType: string) =>
      readArchive(write("a.tar", image(["a:1"], [index(mediaType)])))[0]?.indexDigest;
    expect(digestOf("application/vnd.oci.image.index.v1+json")).toBe("sha256:1");
    expect(digestOf("application/vnd.oci.image.manifest.v1+json")).toBeUndefined();
  });

  test("reads what strata packs", () => {
    const parts = imageArchive(
      "strata.local/x:1",
      Buffer.from("program"),
      { program: "/x", user: "10001:10001", ports: [1] },
      { arch: "amd64", version: "1", key: "k" },
    );
    writeFileSync(join(folder, "x.tar"), Buffer.concat(parts));
    expect(readArchive(join(folder, "x.tar")).map(({ reference }) => reference)).toEqual(["strata.local/x:1"]);
    const again = imageArchive(
      "strata.local/x:1",
      Buffer.from("program"),
      { program: "/x", user: "10001:10001", ports: [1] },
      { arch: "amd64", version: "1", key: "k" },
    );
    expect(Buffer.concat(again).equals(Buffer.concat(parts))).toBe(true);
  });
});

describe("findInFolder", () => {
  const wanted = "docker.io/library/postgres:17.10";

  test("says that the folder is not there", () => {
    expect(findInFolder(join(folder, "no"), "postgres", wanted)).toEqual({
      reason: "the folder can't be read (ENOENT)",
    });
  });

  test("says how many archives it looked at, and which of them are damaged", () => {
    write("other.tar", image(["a:1"]));
    writeFileSync(join(folder, "broken.tar"), "x".repeat(600));
    expect(findInFolder(folder, "postgres", wanted)).toEqual({
      reason: "none of 2 archives holds it; broken.tar can't be used: it is not an uncompressed tar file",
    });
  });

  test("does not believe a file name", () => {
    write("postgres_17.10.tar", image(["postgres:16"]));
    expect(findInFolder(folder, "postgres", wanted)).toEqual({
      reason: "none of 1 archive holds it; postgres_17.10.tar holds another image",
    });
  });

  test.each(["docker_io.tar", "postgres_17.10.tar", "anything.tar"])("finds it in %s", (name) => {
    write("aaa.tar", image(["a:1"]));
    const file = write(name, image(["postgres:17.10"]));
    expect(findInFolder(folder, "postgres", wanted)).toMatchObject({ file, image: { reference: wanted } });
  });

  test("prefers the file that is named after the image", () => {
    write("aaa.tar", image(["postgres:17.10"]));
    const file = write("postgres-17-10.tar", image(["postgres:17.10"]));
    expect(findInFolder(folder, "postgres", wanted)).toMatchObject({ file });
  });
});

test("names of archives, likeliest first", () => {
  expect(archiveNames("postgres", "docker.io/library/postgres:17.10")).toEqual([
    "docker.io_library_postgres_17.10.tar",
    "library_postgres_17.10.tar",
    "postgres_17.10.tar",
    "postgres-17-10.tar",
    "postgres.tar",
  ]);
});

test("a checksum beside an archive is checked", async () => {
  const file = write("a.tar", image(["a:1"]));
  expect(await checkSum(file)).toBe("unknown");
  writeFileSync(`${file}.sha256`, `${"0".repeat(64)}  a.tar\n`);
  expect(await checkSum(file)).toBe("differs");
  writeFileSync(
    `${file}.sha256`,
    createHash("sha256")
      .update(Buffer.concat(tar(image(["a:1"]))))
      .digest("hex"),
  );
  expect(await checkSum(file)).toBe("fits");
});
