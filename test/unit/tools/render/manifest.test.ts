import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { manifestOf, yamlText } from "../../../../tools/render/manifest.ts";

const ambiguous = [
  ...["yes", "No", "on", "OFF", "y", "true", "null", "~", "", "=", "<<"],
  ...["012", "0o17", "-0x1F", "0b1", "1e3", "1_000", "12:30:45", "2026-01-02", ".inf", "3.10"],
];

describe("text", () => {
  test.each(ambiguous)("%j stays a text for readers of every version of YAML", (text) => {
    const written = yamlText({ value: text, [text]: "key" });
    expect(written).toContain(`value: ${JSON.stringify(text)}`);
    for (const version of ["1.1", "1.2"] as const)
      expect(parse(written, { version })).toEqual({ value: text, [text]: "key" });
  });

  test.each([
    "plain",
    "1.2.3",
    "10m",
    "http://x:80/",
    "--flag=true",
    "a\nb\n",
    "a\n  b",
    " indented\n",
    "tab\there",
    "#x",
  ])("%j comes back as it was", (text) => {
    for (const version of ["1.1", "1.2"] as const) expect(parse(yamlText([text]), { version })).toEqual([text]);
  });

  test("long lines are not folded, and what is there twice is written twice", () => {
    const line = "word ".repeat(100);
    const shared = { a: 1 };
    expect(yamlText({ line: `${line}x`, one: shared, two: shared })).toBe(
      `line: ${line}x\none:\n  a: 1\ntwo:\n  a: 1\n`,
    );
  });
});

describe("the object", () => {
  test("has its keys in Kubernetes' order, then by name, at every depth by name", () => {
    const manifest = manifestOf({
      data: { b: "1", a: "2", B: "3" },
      binaryData: {},
      metadata: { namespace: "n", name: "x" },
      spec: [{ z: 1, a: 2 }],
      kind: "K",
      apiVersion: "v1",
    });
    expect(JSON.stringify(manifest)).toBe(
      '{"apiVersion":"v1","kind":"K","metadata":{"name":"x","namespace":"n"},"spec":[{"a":2,"z":1}],"binaryData":{},"data":{"B":"3","a":"2","b":"1"}}',
    );
  });

  test("loses Pulumi's annotations, and no others", () => {
    const annotations = { "pulumi.com/skipAwait": "true", "traefik.io/x": "y" };
    expect(
      manifestOf({
        metadata: { name: "x", annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { template: { metadata: { annotations } } },
        data: { annotations: "pulumi.com/skipAwait" },
      }),
    ).toEqual({
      metadata: { name: "x" },
      spec: { template: { metadata: { annotations: { "traefik.io/x": "y" } } } },
      data: { annotations: "pulumi.com/skipAwait" },
    });
  });
});
