import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mendState } from "../../../../tools/engine/state-file.ts";

const whole = '{"version":3,"checkpoint":{}}';
let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-state-"));
  file = join(root, "dev.json");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a whole one, and one that is not there, are left alone", () => {
  expect(mendState(file, root)).toBe(false);
  writeFileSync(file, whole);
  writeFileSync(`${file}.bak`, '{"checkpoint":1}');
  expect(mendState(file, root)).toBe(false);
  expect(readFileSync(file, "utf8")).toBe(whole);
});

test.each(["", whole.slice(0, 20), "null", "[]", "{}"])("%j is put back from the copy, and kept", (damaged) => {
  writeFileSync(file, damaged);
  writeFileSync(`${file}.bak`, whole);
  expect(mendState(file, root)).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(whole);
  expect(readFileSync(`${file}.damaged`, "utf8")).toBe(damaged);
});

test("without a whole copy: the newest whole one of the history, and the way to begin anew", () => {
  writeFileSync(file, "{");
  expect(() => mendState(file, join(root, "none"))).toThrow(
    `There is no older one. To begin anew instead, with a new cluster: rm ${file}`,
  );
  mkdirSync(join(root, "history"));
  for (const [name, text] of [
    ["dev-1", whole],
    ["dev-2", whole],
    ["dev-3", "{"],
  ] as const)
    writeFileSync(join(root, "history", `${name}.checkpoint.json`), text);
  expect(() => mendState(file, join(root, "history"))).toThrow(
    `cp ${join(root, "history", "dev-2.checkpoint.json")} ${file}`,
  );
  expect(existsSync(`${file}.damaged`)).toBe(false);
});
