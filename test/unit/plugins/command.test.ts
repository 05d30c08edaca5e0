import { describe, expect, it } from "vitest";
import { commandInputs, diffCommand } from "../../../tools/plugins/command/rules.ts";
import { environmentOf, runCommand } from "../../../tools/plugins/command/run.ts";
import { secret, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const none = { stdout: "", stderr: "" };

const run = (command: string, args: Parameters<typeof runCommand>[1] = {}, signal = new AbortController().signal) => {
  const lines: string[] = [];
  return runCommand(command, args, none, { signal, show: (line) => lines.push(line) }).then((output) => ({
    output,
    lines,
  }));
};

describe("commandInputs", () => {
  it("refuses what would have no effect, wrong types and unknown modes", () => {
    expect(commandInputs({ create: 1, assetPaths: ["a"], logging: "all", environment: { A: 1 } }).failures).toEqual([
      { property: "create", reason: "must be a string" },
      {
        property: "assetPaths",
        reason:
          "the offline command plugin does not know it; it knows addPreviousOutputInEnv, create, delete, dir, environment, " +
          "interpreter, logging, stdin, triggers, update",
      },
      { property: "logging", reason: 'must be one of stdout, stderr, stdoutAndStderr, none, not "all"' },
      { property: "environment", reason: "must be a map of strings" },
    ]);
  });

  it("passes secrets and unknown values through", () => {
    const inputs = { create: secret("x"), stdin: unknownValue, triggers: [1, "a"] };
    expect(commandInputs({ ...inputs, dir: null })).toEqual({ inputs, failures: [] });
  });
});

describe("diffCommand", () => {
  it("updates for inputs and replaces for triggers", () => {
    expect(diffCommand({ create: "a", environment: { A: "1" } }, { create: "a", environment: { A: "2" } })).toEqual({
      changes: true,
      detailed: { "environment.A": { kind: "update", inputDiff: true } },
      replaces: [],
    });
    expect(diffCommand({ triggers: ["a"] }, { triggers: ["b"] })).toEqual({
      changes: true,
      detailed: { "triggers[0]": { kind: "update-replace", inputDiff: true } },
      replaces: ["triggers[0]"],
    });
    expect(diffCommand({ triggers: ["a"] }, { triggers: unknownValue }).replaces).toEqual(["triggers"]);
  });

  it("does not take a secret mark or an output for a change", () => {
    expect(diffCommand({ create: "a", stdout: "x" }, { create: secret("a") })).toEqual({
      changes: false,
      detailed: {},
      replaces: [],
    });
  });
});

describe("runCommand", () => {
  it("captures both streams without the last newline, and shows them line by line", async () => {
    const { output, lines } = await run('echo out; echo more; printf "err\\n\\n" >&2');
    expect(output).toEqual({ stdout: "out\nmore", stderr: "err\n" });
    expect([...lines].sort()).toEqual(["", "err", "more", "out"]);
    expect((await run("echo out; echo err >&2", { logging: "stderr" })).lines).toEqual(["err"]);
    expect((await run("echo out; echo err >&2", { logging: "none" })).lines).toEqual([]);
  });

  it("takes stdin, folder, environment and interpreter", async () => {
    const { output } = await run('cat; pwd; echo "$A"', { stdin: "in\n", dir: "/usr", environment: { A: "1" } });
    expect(output.stdout).toBe("in\n/usr\n1");
    expect((await run("console.log(1 + 1)", { interpreter: [process.execPath, "-e"] })).output.stdout).toBe("2");
  });

  it("gives the last output to the next run unless told otherwise", () => {
    const previous = { stdout: "o", stderr: "" };
    expect(environmentOf({ environment: { A: "1" } }, previous, { B: "2" })).toEqual({
      A: "1",
      B: "2",
      PULUMI_COMMAND_STDOUT: "o",
    });
    expect(environmentOf({ addPreviousOutputInEnv: false }, previous, {})).toEqual({});
  });

  it("fails with the exit code and everything that was printed", async () => {
    await expect(run("echo why; exit 3")).rejects.toThrow('exit status 3: running "echo why; exit 3":\nwhy\n');
    await expect(run("x", { interpreter: ["/nowhere/sh"] })).rejects.toThrow("spawn /nowhere/sh ENOENT");
  });

  it("ends a command and its children when cancelled", async () => {
    const canceller = new AbortController();
    const started = performance.now();
    const running = run("sleep 30 & sleep 30; echo done", {}, canceller.signal);
    setTimeout(() => canceller.abort(), 200);
    await expect(running).rejects.toThrow("cancelled: running");
    expect(performance.now() - started).toBeLessThan(5_000);
    await expect(run("true", {}, canceller.signal)).rejects.toThrow("cancelled before it started");
  });
});
