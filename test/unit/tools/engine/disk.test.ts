import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fullDisk, watchDisk } from "../../../../tools/engine/disk.ts";

const told = async (folder: string): Promise<string[]> => {
  const texts: string[] = [];
  const stop = watchDisk(folder, (text) => texts.push(text), 10);
  await sleep(200);
  stop();
  return texts;
};

// A file system without any space of its own.
test.skipIf(process.platform !== "linux")("a full disk is told of once", async () => {
  expect(await told("/proc")).toEqual([fullDisk("/proc")]);
});

test("a disk with space, and a folder that is not there, are not", async () => {
  expect(await told(tmpdir())).toEqual([]);
  expect(await told("/none/at/all")).toEqual([]);
});
