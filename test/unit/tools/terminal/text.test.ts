import { describe, expect, test } from "vitest";
import { engineProblem, parseCommand } from "../../../../tools/command.ts";
import { bytes, count, duration } from "../../../../tools/terminal/duration.ts";
import { capture } from "../../../../tools/terminal/process.ts";
import { closingLine, summarize } from "../../../../tools/test/summary.ts";

describe("text", () => {
  test.each([
    [-5, "0.0 s"],
    [999, "1.0 s"],
    [59_940, "59.9 s"],
    [59_990, "1:00"],
    [3_723_000, "1:02:03"],
  ])("%d ms", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  test("sizes and counts", () => {
    expect(bytes(512 * 2 ** 20)).toBe("512 MiB");
    expect(bytes(7.8 * 2 ** 30)).toBe("7.8 GiB");
    expect([count(1, "resource"), count(0, "resource")]).toEqual(["1 resource", "0 resources"]);
  });
});

describe("arguments", () => {
  test("mistakes", () => {
    expect(() => parseCommand(["--rehears"])).toThrow("Usage: npm start");
    expect(() => parseCommand(["a", "b"])).toThrow("Only one stack at a time, not a and b");
  });

  test("defaults, a stack by its Pulumi name, and flags for Pulumi", () => {
    expect(parseCommand([])).toEqual({ stack: "dev-fast", rehearse: false, extra: [] });
    expect(parseCommand(["full-rehearsal"])).toEqual({ stack: "full", rehearse: true, extra: [] });
    expect(parseCommand(["--", "--target", "x"])).toEqual({
      stack: "dev-fast",
      rehearse: false,
      extra: ["--target", "x"],
    });
  });

  test("why a rehearsal", () => {
    expect(engineProblem({ state: "missing" })).toBe(
      "there is no container engine on this machine (no docker command on PATH)",
    );
    expect(engineProblem({ state: "stopped", message: "x" })).toBe("the container engine does not answer (x)");
  });
});

describe("capture", () => {
  test("failures are values", async () => {
    expect(await capture("/no/such/program", [])).toMatchObject({ code: 127 });
    expect(await capture("sh", ["-c", "echo out; echo err >&2; exit 3"])).toEqual({
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect((await capture("sleep", ["5"], { timeoutMs: 50 })).code).toBe(124);
    expect((await capture("cat", [], { input: "hello" })).stdout).toBe("hello");
  });
});

describe("the closing line of a test run", () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0 };
  test.each([
    ["nothing ran", undefined, 0, "0 passed, 0 failed", false],
    ["only skipped", { ...report, numPassedTests: 0, numPendingTests: 2 }, 0, "0 passed, 0 failed, 2 skipped", false],
    ["a failure", { ...report, numFailedTests: 1 }, 1, "3 passed, 1 failed", false],
    [
      "a file that does not load",
      { ...report, testResults: [{ status: "failed", assertionResults: [] }] },
      1,
      "3 passed, 1 failed",
      false,
    ],
    ["an error outside of tests", report, 1, "3 passed, 0 failed", false],
    ["all well", report, 0, "3 passed, 0 failed", true],
  ])("%s", (_, given, code, line, ok) => {
    const summary = summarize(given, code);
    expect(closingLine(summary)).toBe(line);
    expect(summary.ok).toBe(ok);
  });
});
