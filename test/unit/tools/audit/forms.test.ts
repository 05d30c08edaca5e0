// Each way in which a value may have been written down, made by the programs that write it so.
import { describe, expect, test } from "vitest";
import { formsOf, lowestLength } from "../../../../tools/audit/forms.ts";
import { searchFor } from "../../../../tools/audit/search.ts";

const value = `p<4>&"s's/w+rd ü`;
const plain = "8eyGUKBtDm9hA6yYo7H5rCOk";
const secret = { kind: "generated value", name: "RandomPassword x outputs.result", pieces: [value] } as const;
const search = searchFor([secret, { ...secret, name: "plain", pieces: [plain] }]);
const found = (text: string): readonly string[] => search(Buffer.from(text)).map(({ form }) => form);
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("a short value is not looked for", () => {
  expect(formsOf("x".repeat(lowestLength - 1)).size).toBe(0);
  expect(formsOf("x".repeat(lowestLength)).size).toBeGreaterThan(3);
});

test.each([
  ["nothing", ""],
  ["another text", "p<4>&"],
  ["the value cut short", value.slice(0, -1)],
  ["its base64 cut short", base64(value).slice(0, -6)],
  ["the value at the end, cut by it", `xxx${value.slice(0, 5)}`],
])("%s is no hit", (_, text) => {
  expect(found(text)).toEqual([]);
});

describe.each([
  ["clear", value],
  ["clear", `user:${plain}@host`],
  ["URL-encoded", encodeURIComponent(value)],
  ["URL-encoded", encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
  ["hex", Buffer.from(value).toString("hex")],
  ["hex", Buffer.from(value).toString("hex").toUpperCase()],
  ["JSON-escaped", JSON.stringify({ password: value })],
  ["JSON-escaped", JSON.stringify({ body: JSON.stringify({ password: value }) })],
  ["JSON-escaped", String.raw`p\u003c4\u003e\u0026\"s's/w+rd ü`],
  ["HTML-escaped", "<td>p&lt;4&gt;&amp;&quot;s&#39;s/w+rd ü</td>"],
  ["base64", base64(value)],
  ["base64", Buffer.from(`xx${value}`).toString("base64url")],
])("%s: %s", (form, text) => {
  test("is found at the beginning, in the middle and at the end", () => {
    expect([text, `before ${text} after`, `before ${text}`].map(found)).toEqual([[form], [form], [form]]);
  });
});

test("base64 is found wherever the value lies in what was encoded", () => {
  for (const before of ["", "a", "ab", "abc", "user:"])
    for (const after of ["", "z", "yz", "xyz"]) expect(found(base64(`${before}${plain}${after}`))).toEqual(["base64"]);
});

test("the first place and the number of them are told", () => {
  const [hit] = search(Buffer.from(`ü ${plain}\n${plain} ${base64(plain)}`));
  expect(hit).toMatchObject({ form: "clear", offset: 3, times: 3, secret: { name: "plain" } });
});

test("two secrets that begin alike are told apart", () => {
  const both = searchFor([
    { ...secret, name: "short", pieces: ["abcdefgh"] },
    { ...secret, name: "long", pieces: ["abcdefghij"] },
  ]);
  const names = (text: string) => both(Buffer.from(text)).map((hit) => hit.secret.name);
  expect([names("abcdefghxx"), names("abcdefghij")]).toEqual([["short"], ["short", "long"]]);
});
