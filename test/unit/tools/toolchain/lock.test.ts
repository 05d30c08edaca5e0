import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, withLock } from "../../../../tools/toolchain/lock.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-lock-"));
  file = join(folder, "a.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process id above any that Linux or macOS gives out. */
const nobody = 2 ** 30;

describe("withLock", () => {
  test("one at a time, in one process too", async () => {
    let inside = 0;
    let most = 0;
    const work = () =>
      withLock(file, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(30);
        inside -= 1;
      });
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  test("takes over the lock of a process that is gone, and one that was never finished", async () => {
    writeFileSync(file, JSON.stringify({ pid: nobody, host: hostname() }));
    expect(await withLock(file, async () => "done")).toBe("done");
    writeFileSync(file, "");
    expect(await withLock(file, async () => "done")).toBe("done");
  });

  test("waits for a living owner, and says for whom", async () => {
    writeFileSync(file, JSON.stringify({ pid: process.ppid, host: hostname() }));
    const waited: number[] = [];
    const result = withLock(
      file,
      async () => "done",
      ({ pid }) => waited.push(pid),
    );
    await sleep(150);
    expect(waited).toEqual([process.ppid]);
    rmSync(file);
    expect(await result).toBe("done");
  });

  test("is free again after a failure", async () => {
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(file)).toBe(false);
  });

  test("isAlive", () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(nobody)).toBe(false);
  });
});
