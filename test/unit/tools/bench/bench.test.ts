import { describe, expect, test } from "vitest";
import { parseBench } from "../../../../tools/bench/arguments.ts";
import { plan } from "../../../../tools/bench/plan.ts";
import { problemOf } from "../../../../tools/bench/run.ts";
import { type BenchGroup, benchSchema } from "../../../../tools/bench/schema.ts";
import { summarizeGroup } from "../../../../tools/bench/summarize.ts";
import { groupTable, ratioTable } from "../../../../tools/bench/table.ts";
import { benchVersion } from "../../../../tools/bench/version.ts";
import { readStackName, stackName } from "../../../../tools/engine/session.ts";
import { compareRuns } from "../../../../tools/report/regression.ts";
import { sampleRun } from "../report/sample.ts";

const short = (steps: ReturnType<typeof plan>): string =>
  steps.map(({ kind, side, counted }) => `${counted ? kind : `(${kind})`}${side === 0 ? "" : "'"}`).join(" ");

describe("arguments", () => {
  test("number and stack in any order, and the defaults", () => {
    expect(parseBench([])).toEqual({
      stack: "dev-fast",
      rehearse: false,
      runs: 3,
      mode: "both",
      floor: false,
      thresholdPercent: 25,
    });
    expect(parseBench(["full-rehearsal", "5", "--cold", "--threshold", "10%", "--compare", "main"])).toEqual({
      stack: "full",
      rehearse: true,
      runs: 5,
      mode: "cold",
      floor: false,
      thresholdPercent: 10,
      compare: "main",
    });
  });

  test.each([
    [["0"], "0 runs: expected 1 to 100"],
    [["1", "2"], "Too many arguments: 1 2"],
    [["--cold", "--floor"], "--floor is measured beside warm runs"],
    [["--cold", "--warm"], "--cold and --warm at once"],
    [["--threshold", "x"], "expected percent above 0"],
    [["--colt"], "Unknown option '--colt'"],
  ])("%j is refused with the usage", (args, message) => {
    expect(() => parseBench(args)).toThrow(message);
    expect(() => parseBench(args)).toThrow("Usage: npm run bench");
  });
});

describe("the plan", () => {
  test("every round begins without a cluster and ends without one", () => {
    expect(short(plan("both", 2, 1))).toBe("cold warm destroy cold warm destroy");
    expect(short(plan("cold", 2, 1))).toBe("cold destroy cold destroy");
  });

  test("warm runs share a cluster, which does not count", () => {
    expect(short(plan("warm", 3, 1))).toBe("(cold) warm warm warm (destroy)");
  });

  test("two sides take turns, and never have a cluster at the same time", () => {
    expect(short(plan("both", 2, 2))).toBe(
      "cold warm destroy cold' warm' destroy' cold warm destroy cold' warm' destroy'",
    );
    expect(short(plan("warm", 1, 2))).toBe("(cold) warm (destroy) (cold)' warm' (destroy)'");
  });
});

describe("the bench's own stack", () => {
  test("is beside the user's, and every command takes its name", () => {
    expect(stackName("dev-fast", true, "bench")).toBe("dev-fast-bench-rehearsal");
    const stacks = ["dev-fast", "odd-bench"];
    expect(readStackName("dev-fast", stacks)).toEqual({ stack: "dev-fast", rehearse: false });
    expect(readStackName("dev-fast-rehearsal", stacks)).toEqual({ stack: "dev-fast", rehearse: true });
    for (const variant of ["bench", "bench-base"] as const)
      for (const rehearse of [true, false])
        expect(readStackName(stackName("dev-fast", rehearse, variant), stacks)).toEqual({
          stack: "dev-fast",
          rehearse,
          variant,
        });
    expect(readStackName("odd-bench", stacks)).toEqual({ stack: "odd-bench", rehearse: false });
  });
});

describe("what counts", () => {
  test("a run that was not what it should be is a problem", () => {
    expect(problemOf("cold", sampleRun())).toBeUndefined();
    expect(problemOf("cold", sampleRun({ temperature: "changed" }))).toBe("the cluster was there already");
    expect(problemOf("warm", sampleRun({ temperature: "changed" }))).toBe("it changed something");
    expect(problemOf("warm", undefined)).toBe("no record of it");
    expect(problemOf("cold", sampleRun({ outcome: "failed", temperature: "changed" }))).toBeUndefined();
  });
});

const records = [4000, 5000, 9000].map((ms) => sampleRun({}, ms));
const group = (): BenchGroup =>
  summarizeGroup({
    kind: "cold",
    records: [...records, sampleRun({ outcome: "failed" }, 100_000)],
    lost: 1,
    comparison: compareRuns(
      records,
      [1, 2, 3].map(() => sampleRun({}, 1000)),
    ),
  });

describe("the summary", () => {
  test("has statistics of what succeeded, per layer, component and resource", () => {
    const { total, failed, layers, components, resources, cpuPercent, memoryPeakBytes } = group();
    expect(total).toEqual({
      runs: 3,
      meanMs: 12_000,
      medianMs: 11_000,
      minMs: 10_000,
      maxMs: 15_000,
      stddevMs: 2645.8,
    });
    expect(failed).toBe(2);
    expect(layers.map(({ name, medianMs }) => [name, medianMs])).toEqual([
      ["cluster", 4000],
      ["platform", 5500],
    ]);
    expect(components.map(({ name }) => name)).toEqual(["cluster", "postgres"]);
    expect(resources.map(({ name, medianMs }) => [name, medianMs])).toEqual([
      ["postgres", 5000],
      ["cluster-lifecycle", 4000],
      ["postgres-secret", 500],
    ]);
    expect([cpuPercent, memoryPeakBytes]).toEqual([75, 2 ** 31]);
  });

  test("names what made it slower", () => {
    expect(group().regression).toMatchObject({ regressed: true, historyMedianMs: 7000, medianMs: 11_000 });
    expect(group().regression?.grown[0]).toMatchObject({ name: "postgres", deltaMs: 4000 });
  });

  test("is what its schema says", () => {
    const bench = {
      version: benchVersion,
      startedAt: "2026-01-02T03:04:05.678Z",
      stack: "s-bench",
      cluster: "kwok",
      runs: 3,
      thresholdPercent: 25,
      machine: sampleRun().machine,
      sides: [{ name: "working tree", groups: [group()] }],
    };
    expect(benchSchema.parse(JSON.parse(JSON.stringify(bench)))).toEqual(bench);
  });

  test("all failed is a summary too", () => {
    const none = summarizeGroup({ kind: "cold", records: [], lost: 3, comparison: undefined });
    expect(none).toEqual({ kind: "cold", ids: [], failed: 3, layers: [], components: [], resources: [] });
    expect(groupTable(none)).toContain("0 succeeded, 3 FAILED");
  });
});

describe("tables", () => {
  test("every line with mean, median, min, max and deviation", () => {
    const text = groupTable(group());
    expect(text).toContain("3 succeeded, 2 FAILED");
    expect(text).toMatch(/TOTAL\s+│\s+12\.00\s+│\s+11\.00\s+│\s+10\.00\s+│\s+15\.00\s+│\s+2\.65/);
    expect(text).toMatch(/StatefulSet postgres\s+│\s+6\.00\s+│\s+5\.00/);
    expect(text).toContain("CPU 75 % on average, memory 2.0 GiB at most");
  });

  test("two sides with their ratio", () => {
    const base = summarizeGroup({ kind: "cold", records: [sampleRun({}, 16_000)], lost: 0, comparison: undefined });
    const text = ratioTable([
      { name: "working tree", groups: [group()] },
      { name: "main", groups: [base] },
    ]);
    expect(text).toMatch(/TOTAL\s+│\s+11\.00\s+│\s+22\.00\s+│\s+0\.50/);
  });
});
