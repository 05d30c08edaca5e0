import { describe, expect, test } from "vitest";
import { UserError } from "../../../../lib/errors.ts";
import { parseRenderArguments } from "../../../../tools/render/arguments.ts";

describe("arguments", () => {
  test.each([
    [["dev-fast", "full"], "Only one stack at a time, not dev-fast and full"],
    [["--chek"], "Unknown option '--chek'"],
    [["--out"], "Option '--out <value>' argument missing"],
    [["--out", ""], "--out needs the name of a folder"],
  ])("%j is refused, with the usage", (args, message) => {
    expect(() => parseRenderArguments(args)).toThrow(UserError);
    expect(() => parseRenderArguments(args)).toThrow(message);
    expect(() => parseRenderArguments(args)).toThrow("Usage: npm run render");
  });

  test.each([
    [[], { stack: "dev-fast", check: false, out: undefined }],
    [["--check"], { stack: undefined, check: true, out: undefined }],
    [["full", "--check", "--", "--out", "/tmp/x"], { stack: "full", check: true, out: "/tmp/x" }],
  ])("%j", (args, expected) => expect(parseRenderArguments(args)).toEqual(expected));
});
