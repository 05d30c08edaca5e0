// What a failed run leaves: from a stack's folders only what holds no secret.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collect } from "../../../../tools/ci/collect.ts";
import { paths } from "../../../../tools/toolchain/paths.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-collect-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

test("events, logs and records of the stack, and nothing else of this machine", async () => {
  const where = paths({ HOME: root });
  const stack = where.stack("dev-fast-rehearsal");
  put(join(stack, "events.jsonl"), "events");
  put(join(stack, "engine.log"), "log");
  put(join(stack, "Pulumi.dev-fast-rehearsal.yaml"), "encryptionsalt: hunter2");
  put(where.passphrase, "hunter2");
  put(join(where.backend, ".pulumi", "stacks", "strata", "dev-fast-rehearsal.json"), "hunter2");
  put(join(where.history, "dev-fast-rehearsal", "m1", "run.json"), "record");
  put(join(where.history, "full", "m1", "run.json"), "another stack's");
  put(join(where.logs, "go-kind.log"), "build");
  const folder = join(root, "collected");
  put(join(folder, "old.txt"), "of a run before");

  await collect({ stack: "dev-fast", rehearse: true, extra: [] }, where, folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  expect(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, "utf8")])).toEqual([
    ["engine.log", "log"],
    ["events.jsonl", "events"],
    [join("history", "m1", "run.json"), "record"],
    [join("toolchain", "go-kind.log"), "build"],
  ]);
});

test("a run that ended before it had anything leaves an empty folder, and no error", async () => {
  const folder = join(root, "collected");
  await collect({ stack: "dev-fast", rehearse: false, extra: [] }, paths({ HOME: root }), folder);
  expect(readdirSync(folder)).toEqual([]);
});
