// Images on the real container engine: tiny ones made on the spot, and a node that is a container with containerd in it, without a cluster.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ImageRequest, LoadRequest } from "../../layers/cluster/images/request.ts";
import { imageArchive } from "../../tools/image/pack.ts";
import { tar } from "../../tools/image/tar.ts";
import { nodeImages } from "../../versions.ts";

const answers = spawnSync("docker", ["info", "--format", "{{.ServerVersion}}"], { encoding: "utf8", timeout: 20_000 });
const engine = answers.status === 0 && answers.stdout.trim() !== "";
const nodeImage = Object.values(nodeImages)
  .map(({ repository, tag }) => `${repository}:${tag}`)
  .find((reference) => engine && spawnSync("docker", ["image", "inspect", reference]).status === 0);
if (!engine) console.warn("skipped: no container engine answers");
else if (!nodeImage) console.warn("skipped: loads into a node, because the engine has no kind node image");

const run = `${process.pid}`;
const reference = `strata.test/tiny-${run}:1.0`;
const archived = `strata.test/archived-${run}:1.0`;
const large = `strata.test/large-${run}:1.0`;
const node = `strata-image-test-${run}`;
const docker = (...args: string[]): string => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" });

let root: string;
let archive: string;

/** Makes an image of one file. */
const importImage = (name: string, content: Buffer | string): void => {
  const file = join(root, "layer.tar");
  writeFileSync(file, Buffer.concat(tar([{ name: "content", content }])));
  docker("import", file, name);
};

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  key: reference,
  reference,
  archive,
  pullThroughCache: false,
  timeoutSeconds: 60,
  ...changes,
});

interface Result {
  readonly code: number;
  readonly stderr: string;
  readonly json?: { readonly source: string; readonly bytes: number; readonly seconds: number };
}

const tool = (verb: "pull" | "load", input: ImageRequest | LoadRequest): Promise<Result> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ["tools/image.mjs", verb], {
      env: { ...process.env, XDG_CACHE_HOME: join(root, "cache") },
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => {
      output.stdout += text;
    });
    child.stderr.on("data", (text) => {
      output.stderr += text;
    });
    child.on("close", (code) =>
      resolve({ code: code ?? 1, stderr: output.stderr, ...(output.stdout && { json: JSON.parse(output.stdout) }) }),
    );
    child.stdin.end(JSON.stringify(input));
  });

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "images-"));
  archive = join(root, "archive");
  mkdirSync(archive);
});

afterAll(() => {
  if (engine) {
    spawnSync("docker", ["rm", "--force", "--volumes", node]);
    spawnSync("docker", ["image", "rm", "--force", reference, archived, large]);
  }
  rmSync(root, { recursive: true, force: true });
});

describe.skipIf(!engine)("pull", { timeout: 120_000 }, () => {
  test("of an image that nobody has ends 1 and says where it was looked for, without a stack trace", async () => {
    const { code, stderr } = await tool("pull", request());
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^The image ${reference} cannot be had\\. Tried:\n {2}- container engine: not there\n {2}- images\\.archive \\(${archive}\\): none of 0 archives holds it\n {2}- registry strata\\.test: .+\nTo go on, one of:`,
      ),
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("takes an image that the engine has", async () => {
    importImage(reference, "one");
    const { code, json } = await tool("pull", request());
    expect(code).toBe(0);
    expect(json?.source).toBe("engine");
  });

  test("takes an archive of docker save by what is in it, whatever its name", async () => {
    importImage(archived, "two");
    docker("save", "--output", join(archive, "whatever.tar"), archived);
    docker("image", "rm", archived);
    const { json } = await tool("pull", request({ key: archived, reference: archived }));
    expect(json?.source).toBe("archive");
    expect(json?.bytes).toBeGreaterThan(1000);
  });

  test("takes no archive that was cut short", async () => {
    const file = join(archive, "whatever.tar");
    const whole = execFileSync("cat", [file]);
    truncateSync(file, Math.floor(whole.length / 2));
    const { code, stderr } = await tool("pull", request({ key: archived, reference: archived }));
    expect(code).toBe(1);
    expect(stderr).toContain("none of 1 archive holds it; whatever.tar can't be used: it is cut short");
    writeFileSync(file, whole);
  });

  test("the engine loads and runs what strata packs", async () => {
    const parts = imageArchive(
      archived,
      execFileSync("cat", [join(archive, "whatever.tar")]),
      { program: "/program", user: "10001:10001", ports: [80] },
      { arch: process.arch === "x64" ? "amd64" : process.arch, version: "1.0", key: "k" },
    );
    const file = join(root, "packed.tar");
    writeFileSync(file, Buffer.concat(parts));
    expect(docker("load", "--input", file)).toContain(archived);
    expect(docker("image", "inspect", "--format", "{{.Config.User}} {{.Config.Entrypoint}}", archived).trim()).toBe(
      "10001:10001 [/program]",
    );
    docker("image", "rm", archived);
  });
});

describe.skipIf(!nodeImage)("load", { timeout: 300_000 }, () => {
  const loadRequest = (changes: Partial<LoadRequest> = {}): LoadRequest => ({
    ...request(),
    cluster: "test",
    nodes: [node],
    ...changes,
  });
  const inNode = (): string[] => docker("exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q").split("\n");
  const configOf = (name: string): string => {
    const [, digest = ""] =
      /(sha256:[a-f0-9]{64})/.exec(docker("exec", node, "ctr", "-n", "k8s.io", "images", "check", `name==${name}`)) ??
      [];
    const manifest = JSON.parse(docker("exec", node, "ctr", "-n", "k8s.io", "content", "get", digest)) as {
      config: { digest: string };
    };
    return manifest.config.digest;
  };

  beforeAll(async () => {
    // containerd comes up by the image's own init; no Kubernetes is started.
    docker(
      "run",
      "--detach",
      "--privileged",
      "--tmpfs",
      "/tmp",
      "--tmpfs",
      "/run",
      "--volume",
      "/var",
      "--name",
      node,
      nodeImage ?? "",
    );
    const end = performance.now() + 120_000;
    while (spawnSync("docker", ["exec", node, "ctr", "-n", "k8s.io", "images", "ls"]).status !== 0) {
      if (performance.now() > end) throw new Error("containerd did not start in the node");
      await sleep(500);
    }
  }, 150_000);

  test("puts an image of the engine into the node, and a second time finds it there", async () => {
    expect((await tool("load", loadRequest())).json?.source).toBe("engine");
    expect(inNode()).toContain(reference);
    expect((await tool("load", loadRequest())).json?.source).toBe("node");
  });

  test("puts an archive into the node without the engine having it", async () => {
    const { json } = await tool("load", loadRequest({ key: archived, reference: archived }));
    expect(json?.source).toBe("archive");
    expect(inNode()).toContain(archived);
    expect(spawnSync("docker", ["image", "inspect", archived]).status).toBe(1);
  });

  test("replaces an image whose tag means another one now", async () => {
    const before = configOf(reference);
    importImage(reference, "three");
    expect((await tool("load", loadRequest())).json?.source).toBe("engine");
    expect(configOf(reference)).not.toBe(before);
    expect(configOf(reference)).toBe(docker("image", "inspect", "--format", "{{.Id}}", reference).trim());
  });

  test("killed in the middle, it leaves nothing that counts as whole, and the next run converges", async () => {
    importImage(large, Buffer.alloc(150_000_000, 7));
    const input = JSON.stringify(loadRequest({ key: large, reference: large }));
    const child = spawn(process.execPath, ["tools/image.mjs", "load"], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.stdin.end(input);
    const importing = (): boolean => spawnSync("docker", ["exec", node, "pgrep", "-f", "images import"]).status === 0;
    const end = performance.now() + 60_000;
    while (!importing() && performance.now() < end) await sleep(50);
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await sleep(1000);
    const killed = inNode().includes(large);
    const { code, json } = await tool("load", loadRequest({ key: large, reference: large }));
    expect(code).toBe(0);
    // Only an import that had just ended may be found.
    expect(json?.source).toBe(killed ? "node" : "engine");
    expect(docker("exec", node, "ctr", "-n", "k8s.io", "images", "check", `name==${large}`)).toMatch(
      /complete \(2\/2\).*true/,
    );
    expect(readdirSync(archive).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("of a node that is gone ends 1 and says what to do", async () => {
    const { code, stderr } = await tool("load", loadRequest({ nodes: ["strata-no-such-node"] }));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The node strata-no-such-node of the cluster test does not answer: .*\nRun the same command again/,
    );
  });
});
