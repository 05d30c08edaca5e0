// The launcher of a self-built language host, run for real with a program that prints its arguments.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repository } from "../../../../tools/toolchain/paths.ts";
import { languageHostLauncher } from "../../../../tools/toolchain/pulumi.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-launcher-"));
  writeFileSync(join(folder, "host"), '#!/bin/sh\nfor a in "$@"; do echo "$a"; done\n', { mode: 0o755 });
  writeFileSync(join(folder, "launcher"), languageHostLauncher("host"), { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (project: string): string[] => {
  const nested = join(folder, "project", "sub");
  mkdirSync(nested, { recursive: true });
  writeFileSync(join(folder, "project", "Pulumi.yaml"), project);
  return execFileSync(join(folder, "launcher"), ["127.0.0.1:1"], { cwd: nested, encoding: "utf8" }).trim().split("\n");
};

test("without options: what the engine would do", () => {
  expect(run("name: x\nruntime: nodejs\n")).toEqual(["-typescript=true", "127.0.0.1:1"]);
});

test("quoted options, from a folder below the project's", () => {
  expect(run('runtime:\n  options:\n    typescript: "false"\n    nodeargs: "--import ./a b.mjs"\n')).toEqual([
    "-typescript=false",
    "-nodeargs=--import ./a b.mjs",
    "127.0.0.1:1",
  ]);
});

test("this project's Pulumi.yaml", () => {
  expect(run(readFileSync(join(repository, "Pulumi.yaml"), "utf8"))).toEqual([
    "-typescript=false",
    "-nodeargs=--import ./tools/preload.mjs",
    "127.0.0.1:1",
  ]);
});
