// What `npm run check` asks of every change, so that CI asks it too: types and style.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../../tools/toolchain/paths.ts";

const run = (name: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(join(repository, "node_modules", ".bin", name), args, {
    cwd: repository,
    encoding: "utf8",
  });
  return { status, said: status === 0 ? "" : `${stdout}${stderr}` };
};

describe("source", () => {
  it("has the types it says", () => expect(run("tsc", "-p", ".")).toEqual({ status: 0, said: "" }));

  it("has the style of biome.json", () =>
    expect(run("biome", "ci", "--error-on-warnings")).toEqual({ status: 0, said: "" }));
});
