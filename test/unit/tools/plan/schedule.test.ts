import { expect, test } from "vitest";
import { schedule } from "../../../../tools/plan/schedule.ts";

const node = (name: string, dependencies: string[] = [], more: object = {}) => ({
  urn: name,
  name,
  type: "t",
  custom: true,
  provider: "",
  dependencies,
  ...more,
});
const seconds: Record<string, number> = { vpc: 10, cluster: 600, nat: 100, nodes: 120, provider: 1 };
const of = (...resources: ReturnType<typeof node>[]) => schedule({ resources }, ({ name }) => seconds[name] ?? 1);

test("a step starts when the last of what it waits for has ended, and the path is that chain", () => {
  const {
    steps,
    criticalPath,
    seconds: total,
  } = of(node("nodes", ["cluster", "nat"]), node("nat", ["vpc"]), node("cluster", ["vpc"]), node("vpc"), node("role"));
  expect(steps.map(({ name, startSeconds }) => [name, startSeconds])).toEqual([
    ["vpc", 0],
    ["role", 0],
    ["nat", 10],
    ["cluster", 10],
    ["nodes", 610],
  ]);
  expect(criticalPath.map(({ name }) => name)).toEqual(["vpc", "cluster", "nodes"]);
  expect(total).toBe(730);
});

test("a component takes no time, a provider holds its resources back, and what is not in the plan is not waited for", () => {
  const { criticalPath } = of(
    node("component", [], { custom: false }),
    node("provider", ["cluster"]),
    node("cluster"),
    node("pod", ["component", "elsewhere"], { provider: "provider" }),
  );
  expect(criticalPath.map(({ name, endSeconds }) => [name, endSeconds])).toEqual([
    ["cluster", 600],
    ["provider", 601],
    ["pod", 602],
  ]);
});

test("nothing, and a ring", () => {
  expect(of()).toEqual({ steps: [], criticalPath: [], seconds: 0 });
  expect(() => of(node("a", ["b"]), node("b", ["a"]))).toThrow("a waits for itself");
});
