// dev-fast with its user's Ctrl-C at its worst: everything killed in the middle, and the next run takes it up.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { repository } from "../../tools/toolchain/paths.ts";
import { having, signal } from "../support/processes.ts";
import { Strata } from "../support/strata.ts";

const strata = new Strata({ stacks: repository, stack: "dev-fast-rehearsal" });

afterAll(() => strata.close(), 60_000);

/** Runs a command until `reached`, and kills it and the engine, so that nobody gets to clean up. */
const killAt = async (command: string, reached: () => boolean): Promise<void> => {
  const { child, ended } = strata.start(command);
  while (!reached()) {
    await sleep(50);
    if (child.exitCode !== null) throw new Error(`it ended before it could be killed:\n${(await ended).output}`);
  }
  const engines = having(strata.eventFile).map(({ pid }) => pid);
  signal(
    [...(child.pid === undefined ? [] : [child.pid, -child.pid]), ...engines, ...engines.map((pid) => -pid)],
    "SIGKILL",
  );
  await ended;
};

const finish = async (command: string): Promise<void> => {
  const { code, output } = await strata.run(command);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`);
};

describe("dev-fast, killed", { timeout: 600_000 }, () => {
  test("an up is taken up by the next", async () => {
    await killAt(
      "rehearse",
      () => strata.operations.filter((operation) => operation.startsWith("create ")).length >= 60,
    );
    await finish("rehearse");
    await finish("rehearse");
    expect(Object.keys(strata.changes)).toEqual(["same"]);
  });

  test("a destroy is finished by the next", async () => {
    await killAt("destroy", () => strata.operations.some((operation) => operation.startsWith("delete ")));
    expect(strata.resources.length).toBeGreaterThan(90);
    await finish("destroy");
    const clusters = readdirSync(join(strata.state, "strata", "clusters"));
    expect([having(strata.clusterFolder), clusters, strata.resources]).toEqual([[], [], []]);
  });
});
