// Measures one size: a stack file and a state of its own, and the four commands as a user runs them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { capture } from "../terminal/process.ts";
import { repository } from "../toolchain/paths.ts";
import type { Size } from "./judge.ts";
import { scaleStack } from "./stack.ts";

const stack = "scale";

export const measure = async (asked: number, say: (line: string) => void): Promise<Size> => {
  const folder = mkdtempSync(join(tmpdir(), "strata-scale-"));
  const stacks = join(folder, "stacks");
  mkdirSync(stacks);
  const write = (change: string): void =>
    writeFileSync(join(stacks, `Pulumi.${stack}.yaml`), scaleStack(asked, change));
  const env = { ...process.env, XDG_STATE_HOME: join(folder, "state"), STRATA_STACKS: stacks, CI: "true" };
  const run = async (command: string, expected: RegExp): Promise<number> => {
    const started = performance.now();
    const { code, stdout, stderr } = await capture(
      process.execPath,
      [join(repository, "tools", "run.mjs"), command, stack],
      { env },
    );
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const said = stdout + stderr;
    if (code !== 0 || !expected.test(said))
      throw new UserError(`${command} of ${asked} resources ended with ${code}:\n${said}`);
    say(`  ${asked}: ${command} ${seconds} s`);
    return seconds;
  };
  try {
    write("before");
    const cold = await run("start", /created\b/);
    const stateFile = join(folder, "state", "strata", "backend", ".pulumi", "stacks", "strata", `${stack}.json`);
    const state = JSON.parse(readFileSync(stateFile, "utf8")) as { checkpoint: { latest: { resources: unknown[] } } };
    const stateBytes = statSync(stateFile).size;
    const warm = await run("start", /is up in [^:]*: \d+ unchanged$/m);
    write("after");
    const change = await run("start", /: 1 updated, \d+ unchanged$/m);
    const destroy = await run("destroy", /is gone/);
    return {
      asked,
      resources: state.checkpoint.latest.resources.length,
      stateBytes,
      seconds: { cold, warm, change, destroy },
    };
  } catch (error) {
    // Its processes would go on beside the next measurement.
    await capture(process.execPath, [join(repository, "tools", "run.mjs"), "destroy", stack], {
      env,
      timeoutMs: 300_000,
    });
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
