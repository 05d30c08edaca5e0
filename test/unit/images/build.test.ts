import { describe, expect, test } from "vitest";
import { goArgs, goEnvironment } from "../../../tools/image/build.ts";
import { imageArchive } from "../../../tools/image/pack.ts";

test("go builds a static program without paths, symbols or the state of the repository in it", () => {
  expect(goArgs("/out", "./otelcol").join(" ")).toBe("build -v -trimpath -ldflags -s -w -o /out ./otelcol");
  expect(goEnvironment({ os: "linux", arch: "arm64" })).toEqual({
    CGO_ENABLED: "0",
    GOFLAGS: "-buildvcs=false",
    GOWORK: "off",
    GOOS: "linux",
    GOARCH: "arm64",
    GOTOOLCHAIN: "auto",
  });
});

describe("a packed image", () => {
  const pack = (program: string, key = "k") =>
    Buffer.concat(
      imageArchive(
        "strata.local/x:1",
        Buffer.from(program),
        { program: "/x", user: "10001:10001", ports: [4317] },
        { arch: "amd64", version: "1", key },
      ),
    );

  test("is the same for the same program, and another for another", () => {
    expect(pack("a").equals(pack("a"))).toBe(true);
    expect(pack("a").equals(pack("b"))).toBe(false);
    expect(pack("a").equals(pack("a", "l"))).toBe(false);
  });

  test("runs the program as a user who is not root", () => {
    const text = pack("a").toString("latin1");
    expect(text).toContain('"User":"10001:10001","Entrypoint":["/x"]');
    expect(text).toContain("nonroot:x:10001:10001::/:/none\n");
    expect(text).toContain('"RepoTags":["strata.local/x:1"]');
  });
});
