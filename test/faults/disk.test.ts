// The disk that holds the state is full, or can't be written to. On a disk in memory, so it needs the right to mount.
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Strata, until } from "../support/strata.ts";
import { expectConverged, expectPlain } from "./support/converge.ts";
import { attempt, skipped } from "./support/record.ts";
import { type Disk, openDisk } from "./support/tmpfs.ts";

// etcd alone writes 64 MB files before it needs them.
const megabytes = 300;
const probe = openDisk(1);
const reason = typeof probe === "string" ? probe : undefined;
if (typeof probe !== "string") probe.close();
const faults = [
  "disk of the state full in an up",
  "disk of the state full before an up",
  "state folder read-only",
] as const;
if (reason !== undefined) {
  console.warn(`skipped: ${reason}`);
  for (const fault of faults) skipped(fault, reason);
}

const onDisk = async (work: (strata: Strata, disk: Disk) => Promise<string>): Promise<string> => {
  const disk = openDisk(megabytes);
  if (typeof disk === "string") throw new Error(disk);
  const strata = new Strata({ state: join(disk.folder, "state") });
  try {
    return await work(strata, disk);
  } finally {
    disk.remount("rw");
    await strata.close();
    disk.close();
  }
};

/** Takes all that is left of the disk, though others take of it too; returns how to give it back. */
const fill = (disk: Disk): (() => void) => {
  const ballast = join(disk.folder, "ballast");
  const handle = openSync(ballast, "w");
  for (let size = 1 << 20; size >= 1 << 12; ) {
    try {
      writeSync(handle, Buffer.alloc(size));
    } catch {
      size >>= 1;
    }
  }
  closeSync(handle);
  return () => rmSync(ballast);
};

describe.skipIf(reason !== undefined)("the disk of the state", () => {
  test("is full in the middle of an up", () =>
    attempt(faults[0], "", () =>
      onDisk(async (strata, disk) => {
        const { child, ended } = strata.start("start");
        let said = "";
        child.stdout?.on("data", (chunk: Buffer) => {
          said += chunk.toString("utf8");
        });
        await until("some resources are finished", () => strata.finished >= 20, 180);
        const empty = fill(disk);
        await until("it says that the disk is full", () => said.includes("is full. Free some space"), 30);
        empty();
        // etcd ends when it can't write, so this run fails with its API server.
        const run = await ended;
        expectPlain(run);
        await expectConverged(strata);
        return run.code === 0
          ? "it said so; with space again the same up succeeded"
          : "it said so; with space again the next up succeeded";
      }),
    ));

  test("is full before an up", () =>
    attempt(faults[1], "", () =>
      onDisk(async (strata, disk) => {
        await strata.up();
        const before = await strata.secrets();
        const empty = fill(disk);
        const run = await strata.run("start");
        expectPlain(run);
        // Nothing may have to be written at all; but a failure has to say why.
        if (run.code !== 0) expect(run.output).toMatch(/disk is full|no space left/i);
        empty();
        await expectConverged(strata, { before });
        return run.code === 0
          ? "an up that changes nothing succeeded"
          : "the up failed and said so; with space again the next succeeded";
      }),
    ));

  test("is read-only", () =>
    attempt(faults[2], "", () =>
      onDisk(async (strata, disk) => {
        await strata.up();
        const before = await strata.secrets();
        // As after a crash that made the machine come up with the disk read-only: nobody has a file of it open.
        await strata.kill();
        disk.remount("ro");
        const run = await strata.run("start");
        expect(run.code).not.toBe(0);
        expectPlain(run);
        expect(run.output).toMatch(/mounted read-only/);
        disk.remount("rw");
        await expectConverged(strata, { before });
        return "one message; writable again the next succeeded";
      }),
    ));
});
