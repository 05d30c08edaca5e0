// The watchdog's shell lines with a program in Node's place that writes down when it was called: real seconds, few of them.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { watchScript } from "../../../tools/cluster/watch.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const seconds = (): number => Math.floor(Date.now() / 1000);

/** Starts a watchdog whose removal takes the deadline's file away; `deadline` is in seconds from now. */
const watch = (deadline: number) => {
  const folder = mkdtempSync(join(tmpdir(), "strata-watch-"));
  const [file, program, cli, log] = ["expires", "node", "cluster.mjs", "log"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(file, `${seconds() + deadline}\n`);
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${log}\nrm -f ${file}\n`);
  chmodSync(program, 0o700);
  writeFileSync(cli, "");
  const child = spawn("/bin/sh", ["-c", watchScript, "strata-watch", file, program, cli, "c"], { stdio: "ignore" });
  children.push(child);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { file, cli, ended, calls: () => (existsSync(log) ? readFileSync(log, "utf8") : ""), child };
};

test("it calls for the removal when the time is over, once, and ends with the cluster", async () => {
  const { cli, ended, calls } = watch(1);
  expect(await ended).toBe(0);
  expect(calls()).toBe(`${cli} expire c\n`);
});

test("it ends without a word where the cluster is gone", { timeout: 30_000 }, async () => {
  // Long enough for a busy machine to take the file away in time.
  const { file, ended, calls } = watch(5);
  rmSync(file);
  expect([await ended, calls()]).toEqual([0, ""]);
});

test("it follows a deadline that was moved", async () => {
  const { file, calls, child } = watch(1);
  writeFileSync(file, `${seconds() + 1000}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([calls(), child.exitCode]).toEqual(["", null]);
});

test("it ends where strata itself is gone", async () => {
  const { cli, ended, calls } = watch(1);
  rmSync(cli);
  expect([await ended, calls()]).toEqual([0, ""]);
});
