import { describe, expect, it } from "vitest";
import { bytes, mebibytes } from "../../../lib/quantity.ts";

describe("bytes", () => {
  it.each(["", "Gi", "4gi", "4 Gi", "-1Gi", "1Pi"])("refuses %j", (text) => {
    expect(() => bytes(text)).toThrow(new RangeError(`"${text}" is not a Kubernetes quantity`));
  });

  it.each([
    ["4Gi", 4_294_967_296],
    ["4G", 4_000_000_000],
    ["1.5Mi", 1_572_864],
    ["512", 512],
    ["1500m", 1],
  ])("reads %s", (text, expected) => {
    expect(bytes(text)).toBe(expected);
  });
});

describe("mebibytes", () => {
  it("rounds down", () => {
    expect(mebibytes("2G")).toBe(1907);
  });
});
