import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands, usage } from "../../../tools/commands.ts";
import { repository } from "../../../tools/toolchain/paths.ts";

const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "tools", "run.mjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
};

test("names every script of package.json, and no other", () => {
  expect(commands.map(({ script }) => script).sort()).toEqual(Object.keys(scripts).sort());
});

test("fits on a screen of 160 columns", () => {
  const width = Math.max(...commands.map((command) => usage(command).length));
  expect(commands.filter(({ does }) => width + does.length + 4 > 160)).toEqual([]);
});

test("a command that is none is refused, with the nearest one", () => {
  const { status, stdout, stderr } = run("help", "preveiw");
  expect(stderr).toBe('\nThere is no command "preveiw". Did you mean preview?\nAll of them: npm run help\n');
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

test("lists every command, and tells of one", () => {
  const all = run("help").stdout;
  for (const command of commands) expect(all).toContain(`  ${usage(command)}  `);
  expect(run("help", "start:cluster").stdout).toBe(
    "npm run start:cluster [STACK]\n  turns it on again\n  More: docs/cluster.md#stop-and-start\n",
  );
});

test("--help does nothing but help, and belongs to Pulumi behind its own --", () => {
  expect(run("destroy", "dev-fast", "--help").stdout).toMatch(/^npm run destroy \[STACK\]\n {2}removes the cluster/);
  expect(run("openbao", "backup", "-h").stdout).toContain("npm run openbao -- OPERATION [STACK] [OPTIONS]");
  expect(run("help", "nothing-like-it", "--", "--help").stderr).toContain("There is no command");
});
