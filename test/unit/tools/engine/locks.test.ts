import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  clearDeadLocks,
  explainLock,
  judge,
  lockFolder,
  type Machine,
  type StackLock,
} from "../../../../tools/engine/locks.ts";

const lock: StackLock = { pid: 42, username: "ada", hostname: "laptop", timestamp: "2026-01-01T10:00:00Z" };

const machine = (alive: boolean, command: string | undefined, hostname = "laptop"): Machine => ({
  hostname,
  isAlive: () => alive,
  command: async () => command,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-locks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("locks of a file backend", () => {
  test.each([
    ["a living run", machine(true, "/x/pulumi up"), "held"],
    ["a process whose command can't be read", machine(true, undefined), "held"],
    ["a process id that something else has by now", machine(true, "/usr/bin/firefox"), "dead"],
    ["a process that is gone", machine(false, undefined), "dead"],
    ["another machine", machine(false, undefined, "server"), "elsewhere"],
  ] as const)("%s", async (_, where, verdict) => {
    expect(await judge(lock, where)).toBe(verdict);
  });

  test("a living run is named, with what to do", () => {
    expect(explainLock(lock, "held", "dev-fast", Date.parse("2026-01-01T10:01:30Z"))).toBe(
      "Another run works on the stack dev-fast: process 42 of ada, since 1:30.\nWait for it, or stop it (kill 42), then run the same command again.",
    );
    expect(explainLock(lock, "elsewhere", "dev-fast", Date.parse("2026-01-01T10:00:05Z"))).toContain(
      "locked by process 42 of ada on another machine (laptop), since 5.0 s.\nIf that run is over, clear its lock: npx pulumi cancel -s dev-fast",
    );
  });

  test("dead and half-written locks go, a living one stays and stops us", async () => {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write("a.json", JSON.stringify(lock));
    write("b.json", "");
    write("b.json.attrs", "{}");
    expect(await clearDeadLocks(folder, "dev-fast", machine(false, undefined))).toBe(2);
    expect(readdirSync(folder)).toEqual(["b.json.attrs"]);
    write("a.json", JSON.stringify(lock));
    await expect(clearDeadLocks(folder, "dev-fast", machine(true, "pulumi up"))).rejects.toThrow("process 42 of ada");
    expect(readdirSync(folder)).toContain("a.json");
  });

  test("no folder, no locks", async () => {
    expect(await clearDeadLocks(join(folder, "none"), "x", machine(true, ""))).toBe(0);
  });

  test("where Pulumi keeps them", () => {
    mkdirSync(folder, { recursive: true });
    expect(lockFolder("/b", "strata", "dev")).toBe("/b/.pulumi/locks/organization/strata/dev");
  });
});
