import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repository } from "../../../tools/toolchain/paths.ts";

let root: string;

const write = (path: string, text: string): void => {
  writeFileSync(join(root, path), text);
  // Older than any build of this test: a file that is saved while it is read counts as changed.
  utimesSync(join(root, path), new Date(), new Date(Date.now() - 60_000 + text.length));
};
const run = (...entries: string[]) => {
  const script = `import("./tools/load.mjs").then(({ load }) => load(${entries.map((entry) => JSON.stringify(entry))})).then((m) => console.log(JSON.stringify(m)), (e) => { console.error(e.message); process.exit(1); })`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as unknown) : stderr;
};
const bundles = (): readonly string[] =>
  readdirSync(join(root, ".strata", "bundles")).filter((name) => !name.endsWith(".json"));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-load-"));
  mkdirSync(join(root, "tools"));
  copyFileSync(join(repository, "tools", "load.mjs"), join(root, "tools", "load.mjs"));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  write("package-lock.json", "{}");
  write("tools/a.ts", 'import { b } from "./b.ts";\nexport const a: string = b;\n');
  write("tools/b.ts", 'export const b = "one";\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("load", { timeout: 60_000 }, () => {
  it("names the file and the line of what can't be read", () => {
    write("tools/b.ts", "export const b = ;\n");
    expect(run("tools/a.ts")).toMatch(/tools\/b\.ts:1:17: ERROR: Unexpected ";"/);
  });

  it("uses a bundle again until a source of it changes, and then another", () => {
    expect(run("tools/a.ts")).toEqual({ a: "one" });
    const [first] = bundles();
    expect(run("tools/a.ts")).toEqual({ a: "one" });
    expect(bundles()).toEqual([first]);
    write("tools/b.ts", 'export const b = "three";\n');
    expect(run("tools/a.ts")).toEqual({ a: "three" });
    expect(bundles()).toHaveLength(2);
  });

  it("makes it anew where somebody threw it away", () => {
    run("tools/a.ts");
    for (const name of bundles()) rmSync(join(root, ".strata", "bundles", name), { recursive: true });
    expect(run("tools/a.ts")).toEqual({ a: "one" });
  });

  it("joins several files to one module, so that what they share exists once", () => {
    write("tools/c.ts", 'import { b } from "./b.ts";\nexport const c = b;\n');
    expect(run("tools/a.ts", "tools/c.ts")).toEqual({ a: "one", c: "one" });
    expect(bundles()).toHaveLength(1);
  });

  it("leaves a file where its source is", () => {
    write("tools/b.ts", "export const b = import.meta.url;\n");
    expect(run("tools/a.ts")).toMatchObject({ a: expect.stringMatching(/^file:.*\/tools\/b\.ts$/) });
  });
});
