import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ImageRequest } from "../../../layers/cluster/images/request.ts";
import { acquire, findNear } from "../../../tools/image/acquire.ts";
import { cachedArchive, commit, lookInCache, sweep } from "../../../tools/image/local-cache.ts";
import { imageArchive } from "../../../tools/image/pack.ts";
import { remoteUrl } from "../../../tools/image/remote.ts";
import { type Answer, recordingMachine } from "../../support/image-machine.ts";

const reference = "docker.io/library/postgres:17.10";
const digest = `sha256:${"a".repeat(64)}`;
const postgres: ImageRequest = { key: "postgres", reference, digest, pullThroughCache: false, timeoutSeconds: 60 };
const recipe = {
  folder: "otel-collector",
  version: "1",
  platform: { os: "linux", arch: "amd64" },
  key: "0123456789abcdef",
};
const collector: ImageRequest = {
  key: "otelCollector",
  reference: "strata.local/otel-collector:1-0123456789ab",
  recipe,
  pullThroughCache: false,
  timeoutSeconds: 60,
};
const offline = "Error response from daemon: dial tcp: lookup registry-1.docker.io: no such host";

const packed = (name: string, arch = "amd64"): Buffer =>
  Buffer.concat(
    imageArchive(
      name,
      Buffer.from("program"),
      { program: "/x", user: "1:1", ports: [] },
      { arch, version: "1", key: "k" },
    ),
  );
const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

/** An engine without images, on a machine without network. */
const nothing = (line: string): Answer | undefined => {
  if (line.includes("image inspect")) return { code: 1 };
  if (line.includes(" pull ")) return { code: 1, stderr: offline };
  return undefined;
};

let root: string;
let cache: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "acquire-"));
  vi.stubEnv("XDG_CACHE_HOME", root);
  cache = join(root, "strata", "images");
  mkdirSync(cache, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("failure", () => {
  test("says which image, what was tried, why each failed and what to do", async () => {
    const machine = recordingMachine(nothing);
    await expect(acquire(machine, machine.docker, { ...postgres, archive: join(root, "none") })).rejects.toThrow(
      `The image ${reference} (postgres) cannot be had. Tried:
  - container engine: not there
  - images.archive (${root}/none): the folder can't be read (ENOENT)
  - registry docker.io: dial tcp: lookup registry-1.docker.io: no such host
To go on, one of:
  - make the registry reachable, then run this again
  - on a machine that reaches it: docker pull ${reference} && docker save --output docker.io_library_postgres_17.10.tar ${reference}
    then put the file into ${root}/none
  - or name a mirror in the stack file: images.overrides.postgres`,
    );
  });

  test("names no override for an image that is not in the versions", async () => {
    const machine = recordingMachine(nothing);
    const request = { ...postgres, key: reference };
    await expect(acquire(machine, machine.docker, request)).rejects.toThrow(
      /^The image docker\.io\/library\/postgres:17\.10 cannot be had(?!.*overrides)[\s\S]*name the folder in images\.archive$/,
    );
  });

  test("of an engine whose tag is another image names the digest it has", async () => {
    const other = `sha256:${"b".repeat(64)}`;
    const machine = recordingMachine((line) =>
      line.includes("inspect") ? { stdout: `sha256:1\t1\t["postgres@${other}"]` } : nothing(line),
    );
    await expect(acquire(machine, machine.docker, postgres)).rejects.toThrow(
      `  - container engine: has another image under this tag (${other})\n`,
    );
  });
});

describe("an image of a registry", () => {
  test("is taken from the engine if it is there, and nothing else is asked", async () => {
    const machine = recordingMachine(() => ({ stdout: `sha256:1\t87\t["postgres@${digest}"]` }));
    expect(await acquire(machine, machine.docker, postgres)).toEqual({
      source: "engine",
      bytes: 87,
      identity: "sha256:1",
    });
    expect(machine.ran).toHaveLength(1);
  });

  test("is taken from the archive before any registry", async () => {
    const data = packed("postgres:17.10");
    writeFileSync(join(root, "some.tar"), data);
    const machine = recordingMachine(nothing);
    const acquired = await acquire(machine, machine.docker, { ...postgres, archive: root });
    expect(acquired).toMatchObject({ source: "archive", file: join(root, "some.tar"), bytes: data.length });
    expect(machine.ran.filter((line) => line.includes(" pull "))).toEqual([]);
  });

  test("is not taken from an archive for another processor, whose tag is the same", async () => {
    const machine = recordingMachine(nothing);
    writeFileSync(join(root, "some.tar"), packed(collector.reference, "arm64"));
    expect(await findNear(machine, machine.docker, { ...collector, archive: root })).toBeUndefined();
    writeFileSync(join(root, "some.tar"), packed(collector.reference));
    expect(await findNear(machine, machine.docker, { ...collector, archive: root })).toMatchObject({
      source: "archive",
    });
  });

  test("is not taken from an archive whose checksum differs", async () => {
    writeFileSync(join(root, "some.tar"), packed("postgres:17.10"));
    writeFileSync(join(root, "some.tar.sha256"), "0".repeat(64));
    const machine = recordingMachine(nothing);
    await expect(acquire(machine, machine.docker, { ...postgres, archive: root })).rejects.toThrow(
      `${root}/some.tar is not what ${root}/some.tar.sha256 says`,
    );
  });

  test("is pulled where nobody has it", async () => {
    let pulled = false;
    const machine = recordingMachine((line) => {
      if (line.includes(" pull ")) pulled = true;
      return line.includes("inspect") ? (pulled ? { stdout: "sha256:1\t87\t[]" } : { code: 1 }) : undefined;
    });
    expect(await acquire(machine, machine.docker, postgres)).toMatchObject({ source: "registry", bytes: 87 });
  });

  test("is not fetched when only what is near counts", async () => {
    const machine = recordingMachine(nothing);
    expect(await findNear(machine, machine.docker, postgres)).toBeUndefined();
    expect(machine.ran).toHaveLength(1);
  });
});

describe("an image with a recipe", () => {
  test("comes from the local cache, though no remote store is set", async () => {
    const file = cachedArchive(cache, recipe);
    const data = packed(collector.reference);
    writeFileSync(`${file}.1.tmp`, data);
    commit(`${file}.1.tmp`, file, sha256(data));
    const machine = recordingMachine(nothing);
    expect(await acquire(machine, machine.docker, collector)).toMatchObject({ source: "local cache", file });
  });

  test("is fetched from the remote store once, verified, and kept", async () => {
    const data = packed(collector.reference);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(request.url?.endsWith(".sha256") ? `${sha256(data)}  x.tar\n` : data);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}/store`;
    const machine = recordingMachine(nothing);
    try {
      expect(await acquire(machine, machine.docker, { ...collector, remote })).toMatchObject({ source: "remote" });
      expect(await acquire(machine, machine.docker, { ...collector, remote })).toMatchObject({ source: "local cache" });
    } finally {
      server.close();
    }
    expect(asked).toEqual([
      "/store/linux-amd64/0123456789abcdef.tar.sha256",
      "/store/linux-amd64/0123456789abcdef.tar",
    ]);
    expect(readdirSync(cache).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("is not taken from a store whose file is not what its checksum says", async () => {
    const server = createServer((request, response) => {
      response.end(request.url?.endsWith(".sha256") ? "0".repeat(64) : "other");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const machine = recordingMachine((line) => (line.includes("go") ? { code: 1, stderr: "x: no" } : nothing(line)));
    try {
      await expect(acquire(machine, machine.docker, { ...collector, remote })).rejects.toThrow(
        `${remoteUrl(remote, recipe)} has the SHA-256 ${sha256(Buffer.from("other"))}, and its .sha256 says ${"0".repeat(64)}`,
      );
    } finally {
      server.close();
    }
    expect(await lookInCache(cachedArchive(cache, recipe))).toBe("absent");
  });

  test("never asks a registry", async () => {
    const machine = recordingMachine((line) =>
      line.includes("go") ? { code: 1, stderr: "main.go: no" } : nothing(line),
    );
    await expect(acquire(machine, machine.docker, collector)).rejects.toThrow(/^ {2}- build: /m);
    expect(machine.ran.filter((line) => line.startsWith("docker pull"))).toEqual([]);
  });
});

describe("the local cache", () => {
  test("takes no file for whole that has no checksum, or another one", async () => {
    const file = join(cache, "x.tar");
    expect(await lookInCache(file)).toBe("absent");
    writeFileSync(file, "half");
    expect(await lookInCache(file)).toBe("damaged");
    writeFileSync(`${file}.sha256`, sha256(Buffer.from("whole")));
    expect(await lookInCache(file)).toBe("damaged");
    writeFileSync(file, "whole");
    expect(await lookInCache(file)).toBe("there");
  });

  test("is swept of what killed runs left, and of nothing else", () => {
    for (const name of ["a.tar.999999999.tmp", `b.tar.${process.pid}.tmp`, "c.tar"])
      writeFileSync(join(cache, name), "");
    sweep(cache);
    expect(readdirSync(cache).sort()).toEqual([`b.tar.${process.pid}.tmp`, "c.tar"]);
  });
});
