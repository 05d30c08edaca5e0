import { describe, expect, test } from "vitest";
import type { StateResource } from "../../../../tools/engine/pending.ts";
import { criticalPath } from "../../../../tools/report/critical-path.ts";
import type { RunResource } from "../../../../tools/report/record.ts";
import { dependencies, reversed } from "../../../../tools/report/state-graph.ts";
import { resource as sample } from "./sample.ts";

const custom = (urn: string, more: Partial<StateResource> = {}): StateResource => ({
  urn,
  type: "kubernetes:core/v1:ConfigMap",
  custom: true,
  ...more,
});
const component = (urn: string, more: Partial<StateResource> = {}): StateResource => ({
  urn,
  type: "strata:platform:Thing",
  ...more,
});

describe("dependencies of a state", () => {
  test("inputs, options, provider and parent", () => {
    const graph = dependencies([
      custom("a"),
      custom("provider"),
      custom("gone", { delete: true }),
      custom("parent"),
      custom("b", {
        dependencies: ["a", "gone"],
        propertyDependencies: { data: ["a"], none: null },
        provider: "provider::1234",
        deletedWith: "provider",
        parent: "parent",
      }),
    ]);
    expect(graph.get("b")).toEqual(["parent", "a", "provider"]);
    expect(graph.has("gone")).toBe(false);
  });

  test("a component means everything in it, but not for what is in it", () => {
    const graph = dependencies([
      component("outer"),
      component("inner", { parent: "outer" }),
      custom("deep", { parent: "inner" }),
      custom("sibling", { parent: "outer", dependencies: ["outer"] }),
      custom("user", { dependencies: ["outer"] }),
    ]);
    expect(graph.get("user")).toEqual(["deep", "sibling"]);
    expect(graph.get("sibling")).toEqual([]);
  });

  test("what a component waits for, its children wait for", () => {
    const graph = dependencies([
      custom("first"),
      component("c", { dependencies: ["first"] }),
      custom("child", { parent: "c" }),
    ]);
    expect(graph.get("child")).toEqual(["first"]);
  });

  test("a default provider waits for what its first user waits for", () => {
    const provider = "urn:pulumi:s::p::pulumi:providers:random::default_4_21_2";
    const graph = dependencies([
      custom("cluster"),
      custom(provider, { type: "pulumi:providers:random" }),
      custom("first", { provider: `${provider}::1`, deletedWith: "cluster" }),
      custom("second", { provider: `${provider}::1`, dependencies: ["first"] }),
    ]);
    expect(graph.get(provider)).toEqual(["cluster"]);
    expect(graph.get("first")).toEqual([provider, "cluster"]);
  });

  test("deletes go the other way", () => {
    const graph = reversed(dependencies([custom("a"), custom("b", { dependencies: ["a"] })]));
    expect([...graph]).toEqual([
      ["a", ["b"]],
      ["b", []],
    ]);
  });
});

const step = (urn: string, startMs: number, endMs: number, dependsOn: string[] = [], op = "create"): RunResource =>
  sample({ urn, startMs, endMs, dependsOn, op });

const names = (path: ReturnType<typeof criticalPath>): string[] => path.steps.map(({ urn, name }) => urn ?? name);

describe("the critical path", () => {
  test("each step to the dependency that ended last, with the gaps between", () => {
    const path = criticalPath({
      action: "up",
      durationMs: 10_000,
      firstMs: 1000,
      resources: [
        step("a", 1200, 3000),
        step("b", 1200, 4000),
        step("c", 4100, 9000, ["a", "b"]),
        step("aside", 1200, 8000),
      ],
    });
    expect(names(path)).toEqual(["engine and program start", "b", "c", "engine and program end"]);
    expect(path.steps.map(({ idleMs }) => idleMs)).toEqual([0, 200, 100, 0]);
    expect(path.lengthMs).toBe(1000 + 2800 + 4900 + 1000);
    expect(path.ratio).toBe(1.031);
  });

  test("a replacement waits for its own delete", () => {
    const path = criticalPath({
      action: "up",
      durationMs: 5000,
      firstMs: 0,
      resources: [step("a", 0, 2000, [], "delete-replaced"), step("a", 2000, 5000, [], "create-replacement")],
    });
    expect(path.steps.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 0],
      [0, 2000],
      [2000, 5000],
      [5000, 5000],
    ]);
  });

  test("an up that ends with deletes had to end everything else before", () => {
    const path = criticalPath({
      action: "up",
      durationMs: 4000,
      firstMs: 500,
      resources: [step("kept", 500, 2000, [], "same"), step("old", 2000, 3500, [], "delete")],
    });
    expect(names(path)).toEqual(["engine and program start", "kept", "old", "engine and program end"]);
  });

  test("a destroy is the engine's alone, and a run without steps is all start", () => {
    const args = { action: "destroy", durationMs: 3000, firstMs: 3000, resources: [] } as const;
    expect(criticalPath(args)).toEqual({
      lengthMs: 3000,
      ratio: 1,
      steps: [{ name: "engine start", startMs: 0, endMs: 3000, idleMs: 0 }],
    });
  });

  test("steps that name each other do not go round for ever", () => {
    const resources = [step("a", 0, 0, ["b"]), step("b", 0, 0, ["a"])];
    expect(names(criticalPath({ action: "up", durationMs: 1, firstMs: 0, resources }))).toHaveLength(4);
  });
});
