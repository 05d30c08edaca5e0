import { describe, expect, test } from "vitest";
import { compareSnapshots } from "../../../../tools/ci/changes/compare.ts";
import { changesSchema } from "../../../../tools/ci/changes/schema.ts";
import { base, resource, snapshot } from "./sample.ts";

const compare = (before: Parameters<typeof snapshot>[0], after: Parameters<typeof snapshot>[0]) => {
  const changes = compareSnapshots(snapshot(before), snapshot(after), base);
  // What is written must be what the job that posts it takes.
  expect(changesSchema.parse(changes)).toEqual(changes);
  return changes.stacks;
};

describe("a stack", () => {
  test("in which nothing changes has no layers", () => {
    const plan = [resource("web", { a: 1 })];
    expect(compare({ dev: plan }, { dev: plan })).toEqual([{ stack: "dev", resources: 1, layers: [] }]);
  });

  test("has what is added, changed and removed, by layer, from the lowest", () => {
    const [stack] = compare(
      { dev: [resource("web", { a: 1 }), resource("old", {})] },
      { dev: [resource("web", { a: 2 }), resource("net", {}, { layer: "network" })] },
    );
    expect(stack?.layers.map(({ layer, changes }) => [layer, changes.map(({ op, name }) => `${op} ${name}`)])).toEqual([
      ["network", ["add apps/net"]],
      ["apps", ["remove apps/old", "change apps/web"]],
    ]);
  });

  test("tells who applies it from now on, and that it loses its protection", () => {
    const [stack] = compare(
      { dev: [resource("web", {}, { protect: true })] },
      { dev: [resource("web", {}, { by: "gitops" })] },
    );
    expect(stack?.layers[0]?.changes[0]?.fields).toEqual([
      { kind: "value", path: '"(applied by)"', from: "pulumi", to: "gitops" },
      { kind: "value", path: '"(protected)"', from: "true", to: "false" },
    ]);
  });

  test("tells of a checksum what it does", () => {
    const pod = (checksum: string) => ({
      spec: { template: { metadata: { annotations: { "strata.dev/checksum": checksum } } } },
    });
    const [stack] = compare({ dev: [resource("web", pod("1"))] }, { dev: [resource("web", pod("2"))] });
    expect(stack?.layers[0]?.changes[0]?.fields).toEqual([
      { kind: "value", path: "pods", to: "restart, because what they read at start changes" },
    ]);
  });

  test("that is new, and one that is gone", () => {
    const stacks = compare({ old: [resource("web", {})] }, { fresh: [resource("web", {})] });
    expect(stacks.map(({ stack, resources, layers }) => [stack, resources, layers[0]?.changes[0]?.op])).toEqual([
      ["fresh", 1, "add"],
      ["old", 0, "remove"],
    ]);
  });

  test("that can't be planned says why, here or on the base", () => {
    expect(compare({ a: [], b: "b is wrong" }, { a: "a is wrong", b: [resource("web", {})] })).toEqual([
      { stack: "a", resources: 0, problem: "a is wrong", layers: [] },
      { stack: "b", resources: 1, problem: "Planned, and compared with nothing: on the base b is wrong", layers: [] },
    ]);
  });
});
