import { expect, test } from "vitest";
import { parseMirrorArguments } from "../../../../tools/mirror/arguments.ts";

test("a stack and a folder", () => {
  expect(parseMirrorArguments(["--out", "/media/usb"])).toEqual({ stack: "dev-fast", out: "/media/usb" });
  expect(parseMirrorArguments(["cilium", "--", "--out", "/m"])).toEqual({ stack: "cilium", out: "/m" });
});

test.each([
  [[], "--out is missing"],
  [["--out", ""], "--out is missing"],
  [["a", "b", "--out", "/m"], "Only one stack at a time"],
  [["--to", "/m"], "Unknown option '--to'"],
])("%j is refused with the usage", (args, message) => {
  expect(() => parseMirrorArguments(args)).toThrow(message);
  expect(() => parseMirrorArguments(args)).toThrow("Usage: npm run mirror");
});
