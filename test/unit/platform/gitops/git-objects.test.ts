// Git itself is the judge: it indexes the pack, checks every object, and must come to the same ids.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitOf, packOf } from "../../../../layers/platform/gitops/git-objects.ts";

const files = new Map([
  // Git sorts a folder as if its name ended with a slash: behind a.b and before a0.
  ["a/x.yaml", Buffer.from("x: 1\n")],
  ["a.b", Buffer.from("dot\n")],
  ["a0", Buffer.from("")],
  ["a/deep/er/größe.yaml", Buffer.from("long: true\n".repeat(20_000))],
  ["z", Buffer.from("x: 1\n")],
]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-git-"));
  git(["init", "-q"]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (args: string[], input?: Buffer): string =>
  execFileSync("git", ["-C", folder, ...args], { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });

describe("a commit of files", () => {
  test("is one for git: each file is there, and nothing is damaged or missing", () => {
    const commit = commitOf(files, "Rendered");
    git(["index-pack", "--stdin", "--strict"], packOf(commit.objects));
    git(["reset", "-q", "--hard", commit.id]);
    git(["fsck", "--strict", "--full"]);
    for (const [path, content] of files) expect(readFileSync(join(folder, path)).equals(content)).toBe(true);
    expect(git(["status", "--porcelain"])).toBe("");
    expect(git(["log", "--format=%s %P"]).trim()).toBe("Rendered");
  });

  test("has an id that follows from the files alone", () => {
    const [first, second] = [commitOf(files, "m"), commitOf(new Map([...files].reverse()), "m")];
    expect(second.id).toBe(first.id);
    expect(commitOf(new Map([...files, ["z", Buffer.from("x: 2\n")]]), "m").id).not.toBe(first.id);
    expect(packOf(second.objects).length).toBe(packOf(first.objects).length);
  });

  test("holds what is the same twice only once", () => {
    const { objects } = commitOf(files, "m");
    expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
  });
});
