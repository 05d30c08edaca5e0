import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../../lib/errors.ts";
import { compareFolder, writeFolder } from "../../../../tools/render/folder.ts";
import { mark } from "../../../../tools/render/tree.ts";

const tree = new Map([
  ["a/one.yaml", "one"],
  ["stays-with-pulumi.yaml", `${mark}\n`],
]);

let root: string;
let folder: string;
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (path: string): string => readFileSync(join(root, path), "utf8");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "render-"));
  folder = join(root, "stack");
});

describe("refused, and left as it is", () => {
  test("a folder with files of somebody else's", () => {
    put("stack/thesis.txt", "years of work");
    expect(() => writeFolder(folder, tree)).toThrow(UserError);
    expect(() => writeFolder(folder, tree)).toThrow(/stack has files that strata did not render .*--out DIR/s);
    expect(read("stack/thesis.txt")).toBe("years of work");
  });

  test("a list of that name which is not ours", () => {
    put("stack/stays-with-pulumi.yaml", "mine");
    expect(() => writeFolder(folder, tree)).toThrow(UserError);
  });

  test.each(["file", "link"])("a %s in its place", (what) => {
    put("elsewhere/thesis.txt", "years of work");
    if (what === "file") put("stack", "text");
    else symlinkSync(join(root, "elsewhere"), folder);
    expect(() => writeFolder(folder, tree)).toThrow("is not a folder, or a link to one");
    expect(read("elsewhere/thesis.txt")).toBe("years of work");
  });
});

describe("comparison", () => {
  test("without a folder everything is missing", () => {
    expect(compareFolder(folder, tree).map(({ what }) => what)).toEqual(["missing", "missing"]);
  });

  test("names what differs, is missing, and is too many, sorted by path", () => {
    put("stack/stays-with-pulumi.yaml", `${mark} by hand`);
    put("stack/b/old.yaml", "old");
    expect(compareFolder(folder, tree)).toEqual([
      { path: "a/one.yaml", what: "missing" },
      { path: "b/old.yaml", what: "too many" },
      { path: "stays-with-pulumi.yaml", what: "differs" },
    ]);
  });

  test("does not count hidden files", () => {
    writeFolder(folder, tree);
    put("stack/a/.DS_Store", "x");
    expect(compareFolder(folder, tree)).toEqual([]);
  });
});

describe("writing", () => {
  test("makes the folder the tree, tells what changed, and has nothing to do afterwards", () => {
    expect(writeFolder(folder, tree).map(({ path }) => path)).toEqual([...tree.keys()]);
    expect(read("stack/a/one.yaml")).toBe("one");
    expect(writeFolder(folder, tree)).toEqual([]);
  });

  test("removes what no longer belongs there, with its folder, and nothing beside the stack's folder", () => {
    writeFolder(folder, tree);
    put("stack/gone/deep/old.yaml", "old");
    put("stack/a/old.yaml", "old");
    put("other/kept.yaml", "kept");
    expect(writeFolder(folder, tree).map(({ what }) => what)).toEqual(["too many", "too many"]);
    expect(existsSync(join(folder, "gone"))).toBe(false);
    expect(compareFolder(folder, tree)).toEqual([]);
    expect(read("other/kept.yaml")).toBe("kept");
  });

  test("writes through no link, and removes nothing behind one", () => {
    put("elsewhere/one.yaml", "theirs");
    put("stack/stays-with-pulumi.yaml", `${mark}\n`);
    symlinkSync(join(root, "elsewhere"), join(folder, "a"));
    writeFolder(folder, tree);
    expect([read("elsewhere/one.yaml"), read("stack/a/one.yaml")]).toEqual(["theirs", "one"]);
    rmSync(join(folder, "a/one.yaml"));
    symlinkSync(join(root, "elsewhere/one.yaml"), join(folder, "a/one.yaml"));
    writeFolder(folder, tree);
    expect([read("elsewhere/one.yaml"), read("stack/a/one.yaml")]).toEqual(["theirs", "one"]);
    expect(lstatSync(join(folder, "a/one.yaml")).isSymbolicLink()).toBe(false);
  });

  test("a file that was a folder, and a folder that was a file", () => {
    writeFolder(folder, new Map([...tree, ["b", "file"], ["c/x", "in a folder"]]));
    writeFolder(folder, new Map([...tree, ["b/x", "in a folder"], ["c", "file"]]));
    expect([read("stack/b/x"), read("stack/c")]).toEqual(["in a folder", "file"]);
  });
});
