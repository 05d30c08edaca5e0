import { describe, expect, test } from "vitest";
import { compareRuns } from "../../../../tools/report/regression.ts";
import { mean, median, stddev } from "../../../../tools/report/statistics.ts";
import { sampleRun, urns } from "./sample.ts";

const history = [3900, 4000, 4100].map((ms) => sampleRun({}, ms));

describe("regression", () => {
  test("one resource that takes 3 s longer is named, and its component", () => {
    const found = compareRuns([sampleRun({}, 7000)], history);
    expect(found).toMatchObject({ runs: 3, medianMs: 10_000, currentMs: 13_000, percent: 30, regressed: true });
    expect(found?.grown[0]).toMatchObject({ kind: "resource", urn: urns.server, deltaMs: 3000, critical: true });
    expect(found?.grown).toHaveLength(1);
    expect(found?.components[0]).toMatchObject({ name: "postgres", deltaMs: 3000 });
  });

  test("slower by less than the threshold is none, and the threshold can be set", () => {
    const slower = [{ ...sampleRun(), durationMs: 12_000 }];
    expect(compareRuns(slower, history)?.regressed).toBe(false);
    expect(compareRuns(slower, history, { thresholdPercent: 10 })?.regressed).toBe(true);
    expect(compareRuns(slower, history, { thresholdPercent: 10, minimumMs: 2000 })?.regressed).toBe(false);
  });

  test("a resource that the run waited for is one, however long the run is", () => {
    const found = compareRuns([sampleRun({}, 6000)], history);
    expect(found).toMatchObject({ percent: 20, regressed: true });
    expect(found?.grown[0]).toMatchObject({ urn: urns.server, regressed: true });
    expect(compareRuns([sampleRun({}, 4900)], history)?.regressed).toBe(false);
    // It took that long before.
    expect(compareRuns([sampleRun({}, 6000)], [...history, sampleRun({}, 6100)])?.regressed).toBe(false);
    const beside = sampleRun({}, 6000);
    const path = { ...beside.criticalPath, steps: beside.criticalPath.steps.filter(({ urn }) => urn !== urns.server) };
    expect(compareRuns([{ ...beside, criticalPath: path }], history)?.regressed).toBe(false);
  });

  test("a bench counts by its median: one slow run is none", () => {
    expect(compareRuns([sampleRun(), sampleRun(), sampleRun({}, 60_000)], history)?.regressed).toBe(false);
  });

  test("fewer than three runs say nothing", () => {
    expect(compareRuns([sampleRun()], history.slice(1))).toBeUndefined();
    expect(compareRuns([], history)).toBeUndefined();
  });

  test("the engine's own time and waits on the path are named too", () => {
    const run = sampleRun();
    const steps = run.criticalPath.steps.map((step, index) =>
      index === 0 ? { ...step, endMs: 5000 } : index === 3 ? { ...step, idleMs: 2000 } : step,
    );
    const slow = { ...run, durationMs: 16_000, criticalPath: { ...run.criticalPath, steps } };
    expect(compareRuns([slow], history)?.grown).toMatchObject([
      { kind: "engine", name: "engine and program start", deltaMs: 4000 },
      { kind: "wait", name: "critical path", deltaMs: 2000 },
    ]);
  });

  test("a resource that no earlier run had is named where the run waited for it", () => {
    const old = history.map((run) => ({
      ...run,
      resources: run.resources.filter(({ urn }) => urn !== urns.server),
    }));
    expect(compareRuns([sampleRun()], old)?.grown[0]).toMatchObject({ urn: urns.server, medianMs: 0, currentMs: 4000 });
  });
});

describe("statistics", () => {
  test("of a sample", () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(median([5, 1, 3])).toBe(3);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(stddev([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.138, 3);
    expect(stddev([4])).toBe(0);
  });
});
