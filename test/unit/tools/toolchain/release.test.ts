// Downloads against a server on this machine: what is installed, and what is refused.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Reach } from "../../../../tools/toolchain/reach.ts";
import { digestIn, digestOfAsset, installRelease } from "../../../../tools/toolchain/release.ts";

const content = "#!/bin/sh\necho hello\n";
const digest = createHash("sha256").update(content).digest("hex");

let folder: string;
let server: Server;
let base: string;
let requests: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "strata-release-"));
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === "/tool-linux-amd64") response.end(content);
    else if (request.url === "/good.sha256") response.end(`${digest}  tool-linux-amd64\n`);
    else if (request.url === "/bad.sha256") response.end(`${"0".repeat(64)}  tool-linux-amd64\n`);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const release = (file: string, checksum: string) => ({
  url: `${base}/${file}`,
  checksum: { kind: "list", url: `${base}/${checksum}` } as const,
});

describe("installRelease", () => {
  test("refuses a download whose checksum is another, and leaves nothing behind", async () => {
    await expect(installRelease("tool", release("tool-linux-amd64", "bad.sha256"), folder)).rejects.toThrow(
      `tool-linux-amd64 has the sha256 ${digest}, but its publisher states ${"0".repeat(64)}`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("says what a server answered", async () => {
    await expect(installRelease("tool", release("missing", "good.sha256"), folder)).rejects.toThrow(
      /answered 404|no sha256 of missing/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("installs a verified download, executable", async () => {
    await installRelease("tool", release("tool-linux-amd64", "good.sha256"), folder);
    expect(readFileSync(join(folder, "tool"), "utf8")).toBe(content);
    expect(statSync(join(folder, "tool")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(folder, "tool"))).toBe(true);
    expect(readdirSync(folder)).toEqual(["tool"]);
  });
});

describe("checksums", () => {
  const a = "a".repeat(64);
  const b = "b".repeat(64);
  test.each([
    ["a bare digest", `${a}\n`, "kubectl", a],
    ["a list", `${a}  x.tar.gz\n${b}  y.tar.gz\n`, "y.tar.gz", b],
    ["binary mode", `${a} *kind-linux-amd64`, "kind-linux-amd64", a],
    ["names with folders", `${a}  ./dist/kind-linux-amd64`, "kind-linux-amd64", a],
  ])("%s", (_, text, file, wanted) => {
    expect(digestIn(text, file)).toBe(wanted);
  });

  test("a list that lacks the file, and a page that is no list", () => {
    expect(() => digestIn(`${a}  x\n${b}  y\n`, "z")).toThrow("The checksum file has no sha256 of z");
    expect(() => digestIn(`${a}  x\n`, "z")).toThrow("The checksum file has no sha256 of z");
    expect(() => digestIn("<html>Sign in</html>", "z")).toThrow("The checksum file has no sha256 of z");
  });

  test("GitHub's record of an asset", () => {
    expect(digestOfAsset({ assets: [{ name: "x", digest: `sha256:${a}` }] }, "x")).toBe(a);
    expect(() => digestOfAsset({ assets: [{ name: "x", digest: null }] }, "x")).toThrow("GitHub states no sha256 of x");
    expect(() => digestOfAsset({}, "x")).toThrow("GitHub states no sha256 of x");
  });
});

describe("Reach", () => {
  test("asks a host once, and gives it up once lost", async () => {
    const reach = new Reach();
    expect(await reach.reaches(`${base}/a`)).toBe(true);
    expect(await reach.reaches(`${base}/b`)).toBe(true);
    expect(requests).toEqual(["HEAD /"]);
    reach.lost(`${base}/a`);
    expect(await reach.reaches(`${base}/b`)).toBe(false);
  });

  test("a host that refuses, and a machine said to be offline", async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await new Reach().reaches(base)).toBe(false);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    expect(await new Reach({ offline: true }).reaches(base)).toBe(false);
  });
});
