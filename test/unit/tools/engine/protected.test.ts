import { expect, test } from "vitest";
import { requireUnprotected } from "../../../../tools/engine/protected.ts";

const urn = (name: string): string => `urn:pulumi:eks::strata::aws:s3/bucket:Bucket::${name}`;
const state = {
  resources: [{ urn: urn("a"), protect: true }, { urn: urn("b"), protect: false }, { urn: urn("c") }],
};

test("a destroy that the engine would stop half-way is refused before it begins", () => {
  expect(() => requireUnprotected("eks", state, [])).toThrow(
    /^eks is protected: .*a\. Nothing was changed\.\nTo destroy all of it: set cluster\.protect to false in the stack file, npm start, then this again\.\nTo rebuild the cluster around its data: docs\/restore\.md\.$/,
  );
  expect(() => requireUnprotected("eks", state, ["--refresh"])).toThrow("eks is protected");
});

test("a long list is cut", () => {
  const many = { resources: Array.from({ length: 9 }, (_, index) => ({ urn: urn(`r${index}`), protect: true })) };
  expect(() => requireUnprotected("eks", many, [])).toThrow("r5 and 3 more. Nothing was changed.");
});

test.each([[["--exclude-protected"]], [["--target", urn("b")]], [[`--target=${urn("b")}`]]])(
  "%j says itself what goes",
  (flags) => {
    expect(() => requireUnprotected("eks", state, flags)).not.toThrow();
  },
);

test("nothing protected, or nothing there", () => {
  expect(() => requireUnprotected("eks", { resources: [{ urn: urn("b") }] }, [])).not.toThrow();
  expect(() => requireUnprotected("eks", {}, [])).not.toThrow();
});
