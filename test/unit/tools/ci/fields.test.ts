import { expect, test } from "vitest";
import { fieldsOf } from "../../../../tools/ci/changes/fields.ts";

const value = (path: string, from?: string, to?: string) => ({
  kind: "value",
  path,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

test("what is alike has no fields, whatever the order of its keys", () => {
  expect(fieldsOf("", { a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toEqual([]);
});

test("a value, one that comes and one that goes", () => {
  expect(fieldsOf("", { spec: { replicas: 1, old: true } }, { spec: { replicas: 3, image: { tag: "2" } } })).toEqual([
    value("spec.image", undefined, '{"tag":"2"}'),
    value("spec.old", "true"),
    value("spec.replicas", "1", "3"),
  ]);
});

test("items of a list are known by their name: one more before the others is one more", () => {
  const from = { containers: [{ name: "app", image: "app:1" }] };
  const to = {
    containers: [
      { name: "proxy", image: "proxy:1" },
      { name: "app", image: "app:2" },
    ],
  };
  expect(fieldsOf("spec", from, to)).toEqual([
    value("spec.containers[app].image", "app:1", "app:2"),
    value("spec.containers[proxy]", undefined, '{"name":"proxy","image":"proxy:1"}'),
  ]);
});

test("items without a name of their own are known by their place", () => {
  expect(fieldsOf("rules", [{ port: 1 }, { port: 2 }], [{ port: 1 }, { port: 3 }])).toEqual([
    value("rules[1].port", "2", "3"),
  ]);
});

test("arguments are lines: one more is one more", () => {
  expect(fieldsOf("args", ["--a", "--b=1", "--c"], ["--a", "--b=2", "--c"])).toEqual([
    {
      kind: "lines",
      path: "args",
      lines: [" --a", "-\t--b=1", "+\t--b=2", " --c"].map((l) => l.replace("\t", "")),
      more: 0,
    },
  ]);
});

test("of a text of many lines those that change, and the rest as a number", () => {
  const text = (mark: string) => Array.from({ length: 120 }, (_, index) => `${mark}${index}\n`).join("");
  const [field] = fieldsOf("data.config", text("a"), text("b"));
  expect(field).toMatchObject({ kind: "lines", path: "data.config", more: 160 });
  expect(field?.kind === "lines" && field.lines).toHaveLength(80);
});

test("a text that is JSON is compared as what it says", () => {
  expect(fieldsOf("stdin", '{"a":{"b":1}}', '{"a":{"b":2}}')).toEqual([value("stdin.a.b", "1", "2")]);
  expect(fieldsOf("stdin", '{"a":1}', "{broken")).toEqual([value("stdin", '{"a":1}', "{broken")]);
});

test("a key with dots is quoted", () => {
  expect(fieldsOf("", { data: { "a.yaml": "x" } }, { data: { "a.yaml": "y" } })).toEqual([
    value('data."a.yaml"', "x", "y"),
  ]);
});

test("of a secret it is told that it changes, and no more", () => {
  const [a, b] = ["[secret 0123456789ab]", "[secret ba9876543210]"];
  expect(fieldsOf("", { data: { key: a } }, { data: { key: b } })).toEqual([
    value("data.key", "[secret]", "[another secret]"),
  ]);
  expect(fieldsOf("data", {}, { key: a })).toEqual([value("data.key", undefined, "[secret]")]);
  expect(fieldsOf("data", { keys: [a] }, { keys: [b] })).toEqual([
    value("data.keys[0]", "[secret]", "[another secret]"),
  ]);
  expect(JSON.stringify(fieldsOf("", {}, { data: { deep: [a] } }))).not.toContain("0123456789ab");
});

test("what only looks like a secret is not shown either", () => {
  expect(fieldsOf("url", "postgres://u:hunter2@db/a", "postgres://u:hunter3@db/a")).toEqual([
    value("url", "postgres://u:[secret]@db/a", "postgres://u:[secret]@db/a"),
  ]);
});

test("a long value is cut", () => {
  const [field] = fieldsOf("a", 1, "x".repeat(5000));
  expect(field?.kind === "value" && field.to).toHaveLength(400);
});
