import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainSystemError } from "../../../../tools/terminal/system-error.ts";

const thrown = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("it worked");
};

const error = (code: string, syscall: string, path?: string) => Object.assign(new Error(code), { code, syscall, path });

test("a full disk and a read-only one are one message each", () => {
  expect(explainSystemError(error("ENOSPC", "write"))).toBe(
    "A file can't be written: the disk is full.\nFree some space, then run the same command again.",
  );
  expect(explainSystemError(error("EROFS", "open", "/state/x"))).toContain(
    "/state/x can't be written: it is on a file system that is mounted read-only.",
  );
});

test.skipIf(process.platform !== "linux")("Node's own error is recognised by what it says of itself", () => {
  expect(explainSystemError(thrown(() => writeFileSync("/dev/full", "x")))).toContain("the disk is full");
});

test("anything else stays a crash", () => {
  expect(explainSystemError(thrown(() => mkdirSync("/none/at/all")))).toBeUndefined();
  expect(explainSystemError(error("EACCES", "spawn", "/bin/x"))).toBeUndefined();
  expect(explainSystemError(new Error("boom"))).toBeUndefined();
});
