import { describe, expect, test } from "vitest";
import { paths } from "../../../../tools/toolchain/paths.ts";

describe("paths", () => {
  test("ignores a relative XDG folder, as the specification asks", () => {
    const where = paths({ HOME: "/home/a", XDG_CACHE_HOME: "cache", XDG_STATE_HOME: "" });
    expect(where.cache).toBe("/home/a/.cache/strata");
    expect(where.state).toBe("/home/a/.local/state/strata");
  });

  test("follows XDG folders", () => {
    const where = paths({ HOME: "/home/a", XDG_CACHE_HOME: "/c", XDG_STATE_HOME: "/s" });
    expect(where.bin).toBe("/c/strata/bin");
    expect(where.pulumiBin("3.1.0")).toBe("/c/strata/pulumi-home/versions/3.1.0/bin");
    expect(where.backend).toBe("/s/strata/backend");
    expect(where.cluster("x")).toBe("/s/strata/clusters/x");
    expect(where.stack("x")).toBe("/s/strata/stacks/x");
  });
});
