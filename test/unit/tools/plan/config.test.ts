import { describe, expect, test } from "vitest";
import { UserError } from "../../../../lib/errors.ts";
import { engineConfig } from "../../../../tools/plan/config.ts";

const read = (text: string) => engineConfig("Pulumi.test.yaml", text, (path) => `<${path}>`);

describe("a text that is no stack file", () => {
  test.each([
    ["config: [\n", /^Pulumi\.test\.yaml is not YAML: /],
    ["just text", /^Pulumi\.test\.yaml is no stack file: expected a mapping with the key "config"/],
    ["config: text", /is no stack file/],
    ["config: [1]", /is no stack file/],
  ])("%j", (text, message) => {
    expect(() => read(text)).toThrow(UserError);
    expect(() => read(text)).toThrow(message);
  });
});

test.each(["", "config:\n", "encryptionsalt: v1:x\n"])("%j configures nothing", (text) => {
  expect(read(text)).toEqual({ config: {}, secretKeys: [] });
});

test("a text stays one, and everything else is JSON", () => {
  expect(read("config: { a:b: text, a:c: { d: [1] }, a:e: true }").config).toEqual({
    "a:b": "text",
    "a:c": '{"d":[1]}',
    "a:e": "true",
  });
});

test("an encrypted value becomes a stand-in, and its key a secret one", () => {
  expect(
    read(
      "config: { a:token: { secure: v1:x }, a:deep: { list: [{ secure: v1:y }], plain: 1 }, a:word: { secure: 1 } }",
    ),
  ).toEqual({
    config: {
      "a:token": "<a:token>",
      "a:deep": '{"list":["<a:deep.list[0]>"],"plain":1}',
      "a:word": '{"secure":1}',
    },
    secretKeys: ["a:token", "a:deep"],
  });
});
