// The script of the Git server, run for each request by a small web server as busybox' runs it in the pod; the clients are real.
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Commit, commitOf } from "../../../../layers/platform/gitops/git-objects.ts";
import { advertisement, repositoryPath, seedOf, serverScript } from "../../../../layers/platform/gitops/git-seed.ts";

const run = promisify(execFile);
let folder: string;
let server: Server;
let url: string;

const seed = (commit: Commit): void => {
  for (const [name, bytes] of Object.entries(seedOf(commit))) writeFileSync(join(folder, name), bytes);
};

const commit = (text: string): Commit => commitOf(new Map([["gitops/x/a.yaml", Buffer.from(text)]]), "Rendered");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "strata-seed-"));
  writeFileSync(join(folder, "script"), serverScript, { mode: 0o700 });
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://x").pathname;
    const child = spawn(join(folder, "script"), {
      env: {
        PATH: process.env["PATH"],
        SEED: folder,
        REQUEST_METHOD: request.method,
        PATH_INFO: path.slice(repositoryPath.length),
        CONTENT_LENGTH: request.headers["content-length"],
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      },
    });
    child.stdin.on("error", () => undefined);
    request.pipe(child.stdin);
    const out: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.on("close", () => {
      const answer = Buffer.concat(out);
      const end = answer.indexOf("\r\n\r\n");
      const headers = answer.subarray(0, end).toString().split("\r\n");
      const fields = Object.fromEntries(headers.map((line) => line.split(": ") as [string, string]));
      response.writeHead(Number.parseInt(fields["Status"] ?? "200", 10), { "Content-Type": fields["Content-Type"] });
      response.end(answer.subarray(end + 4));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${repositoryPath}`;
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const git = async (...args: string[]): Promise<string> =>
  (await run("git", args, { env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } })).stdout.trim();

describe("the Git server of a checkout", () => {
  test("is cloned, and a new commit is fetched into the clone", async () => {
    const first = commit("a: 1\n");
    seed(first);
    const clone = join(folder, "clone");
    await git("clone", "-q", url, clone);
    expect(await git("-C", clone, "rev-parse", "HEAD")).toBe(first.id);
    await git("-C", clone, "fsck", "--strict");
    const second = commit("a: 2\n");
    seed(second);
    await git("-C", clone, "fetch", "-q", url, second.id);
    expect(await git("-C", clone, "show", "FETCH_HEAD:gitops/x/a.yaml")).toBe("a: 2");
  });

  test("serves a client that lists so much of its own that it asks in compressed rounds", async () => {
    const own = join(folder, "own");
    await git("init", "-q", own);
    const tree = execFileSync("git", ["-C", own, "mktree"], { input: "", encoding: "utf8" }).trim();
    let parent = "";
    for (let number = 0; number < 80; number++) {
      const who = ["-c", "user.name=n", "-c", "user.email=e@x"];
      parent = await git("-C", own, ...who, "commit-tree", tree, "-m", `${number}`, ...(parent ? ["-p", parent] : []));
    }
    await git("-C", own, "update-ref", "refs/heads/main", parent);
    const served = commit("a: 3\n");
    seed(served);
    await git("-C", own, "fetch", "-q", url, served.id);
    expect(await git("-C", own, "rev-parse", "FETCH_HEAD")).toBe(served.id);
  });

  test("knows nothing else", async () => {
    expect((await fetch(`${url}/HEAD`)).status).toBe(404);
    expect((await fetch(`${url}/git-receive-pack`, { method: "POST", body: "0000" })).status).toBe(404);
    await expect(git("-C", join(folder, "clone"), "push", "-q", url, "HEAD:main")).rejects.toThrow();
  });

  test("says its one commit in Git's own lines", () => {
    const id = "0123456789012345678901234567890123456789";
    expect(advertisement(id)).toMatch(new RegExp(`^001e# service=git-upload-pack\n0000[0-9a-f]{4}${id} HEAD\0`));
    expect(advertisement(id)).toMatch(new RegExp(`003d${id} refs/heads/main\n0000$`));
  });
});
