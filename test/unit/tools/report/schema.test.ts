import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { benchJsonSchema, runJsonSchema } from "../../../../tools/report/json-schema.ts";
import { runSchema } from "../../../../tools/report/record.ts";
import { sampleRun } from "./sample.ts";

test.each([
  ["run", runJsonSchema],
  ["bench", benchJsonSchema],
])("docs/schemas/%s.schema.json is what the code says (npm run schema)", (name, schema) => {
  const file = new URL(`../../../../docs/schemas/${name}.schema.json`, import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(schema())));
});

test("a record with an unknown key, a negative time or another version is none", () => {
  const run = sampleRun();
  expect(runSchema.safeParse(run).success).toBe(true);
  expect(runSchema.safeParse({ ...run, hostname: "x" }).success).toBe(false);
  expect(runSchema.safeParse({ ...run, durationMs: -1 }).success).toBe(false);
  expect(runSchema.safeParse({ ...run, version: 2 }).success).toBe(false);
});
