import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../../config/parse.ts";
import { growth, perResourceMs, type Size } from "../../../../tools/scale/judge.ts";
import { appsFor, scaleStack } from "../../../../tools/scale/stack.ts";

const size = (resources: number, seconds: number): Size => ({
  asked: resources,
  resources,
  stateBytes: 1,
  seconds: { cold: seconds, warm: seconds, change: seconds, destroy: seconds },
});

describe("the stack of a size", () => {
  test.each([1, 100, 2000])(
    "%i resources: a stack file that the program takes, with a node for each 110 pods",
    (resources) => {
      const { config } = parse(scaleStack(resources, "x")) as { config: Record<string, unknown> };
      const sections = Object.fromEntries(
        Object.entries(config)
          .filter(([key]) => key.startsWith("strata:"))
          .map(([key, value]) => [key.slice("strata:".length), JSON.stringify(value)]),
      );
      const { apps, cluster } = parseConfig({ file: "test", sections });
      expect(Object.keys(apps)).toHaveLength(appsFor(resources));
      expect(cluster.kind === "kwok" && cluster.nodes * 110).toBeGreaterThan(appsFor(resources));
    },
  );

  test("a change is in one app", () => {
    const [before, after] = [scaleStack(100, "a").split("\n"), scaleStack(100, "b").split("\n")];
    expect(before.filter((line, index) => line !== after[index])).toHaveLength(1);
  });
});

describe("growth", () => {
  test("compares the largest with the middle one, per resource", () => {
    expect(perResourceMs(size(500, 10), "cold")).toBe(20);
    const found = growth([size(100, 5), size(2000, 60), size(500, 10)]);
    expect(found.map(({ factor }) => factor)).toEqual([1.5, 1.5, 1.5, 1.5]);
    expect(found.every(({ linear }) => linear)).toBe(true);
  });

  test("what grows with the square is not linear", () => {
    const square = (resources: number) => size(resources, resources ** 2 / 10_000);
    expect(growth([square(100), square(500), square(2000)])).toMatchObject([
      { phase: "cold", factor: 4, linear: false },
      { linear: false },
      { linear: false },
      { linear: false },
    ]);
  });

  test("says nothing of one size", () => expect(growth([size(100, 5)])).toEqual([]));
});
