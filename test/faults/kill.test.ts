// A cold `up` killed at twenty points: the engine alone, its group, the command line alone, and everything below it at once.
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { expectConverged } from "./support/converge.ts";
import { having, signal, treeOf } from "./support/processes.ts";
import { attempt } from "./support/record.ts";
import { Strata, until } from "./support/strata.ts";

const points = Number(process.env["STRATA_FAULT_POINTS"] ?? 20);
const variants = {
  "the engine": (strata: Strata) => signal(engineOf(strata), "SIGKILL"),
  "the engine and its group": (strata: Strata) =>
    signal(
      engineOf(strata).flatMap((pid) => [-pid, pid]),
      "SIGKILL",
    ),
  "the command line alone": (_: Strata, cli: number) => signal([cli], "SIGKILL"),
  // As when a machine loses power, but for the cluster's processes that run by then.
  everything: (_: Strata, cli: number) =>
    signal(
      treeOf(cli).map(({ pid }) => pid),
      "SIGKILL",
    ),
} as const;

const engineOf = (strata: Strata): number[] =>
  having(strata.state)
    .filter(({ command }) => command.includes(strata.eventFile) && !command.includes("run.mjs"))
    .map(({ pid }) => pid);

let total = 0;
let resources = 0;

beforeAll(async () => {
  const strata = new Strata();
  try {
    await strata.up();
    total = strata.finished;
    resources = strata.resources.length;
    expect(total).toBeGreaterThan(30);
  } finally {
    await strata.close();
  }
});

describe("a cold up is killed, and the next converges", () => {
  for (let index = 0; index < points; index += 1) {
    const name = (Object.keys(variants) as (keyof typeof variants)[])[index % 4] ?? "the engine";
    const share = Math.round((index / Math.max(1, points - 1)) * 97);
    test(`${name}, with ${share} % of the resources finished`, () =>
      attempt(`kill -9 of ${name} in a cold up`, `${share} %`, async () => {
        const strata = new Strata();
        try {
          const { child, ended } = strata.start("start");
          const wanted = Math.floor((share / 100) * total);
          await until("the engine runs", () => engineOf(strata).length > 0 || child.exitCode !== null, 120);
          await until(
            `${wanted} resources are finished`,
            () => strata.finished >= wanted || child.exitCode !== null,
            180,
          );
          // Not always right after a resource's end, which is when the state was just written.
          await sleep((index * 137) % 400);
          if (child.exitCode !== null) throw new Error(`it ended before it could be killed:\n${(await ended).output}`);
          variants[name](strata, child.pid ?? 0);
          await ended;
          // The kill may have cut the state file short as well: then nothing can be compared, only repaired.
          const before = await strata.secrets().catch(() => undefined);
          const note = await expectConverged(strata, { resources, ...(before && { before }) });
          const seen =
            before === undefined
              ? "state cut short"
              : Object.keys(before).length > 0
                ? "secrets kept"
                : "before any secret";
          return [seen, note].filter((text) => text !== "").join("; ");
        } finally {
          await strata.close();
        }
      }));
  }
});
