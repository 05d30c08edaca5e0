// A plugin process ends in the middle of an `up`: what it was doing is lost, and the next `up` finds it again.
import { describe, expect, test } from "vitest";
import { having, signal } from "../support/processes.ts";
import { Strata, until } from "../support/strata.ts";
import { expectConverged, expectPlain } from "./support/converge.ts";
import { attempt } from "./support/record.ts";

const pluginOf = (strata: Strata, name: string): number[] =>
  having(strata.state)
    .filter(({ command }) => command.includes(`/plugins/resource-${name}-`))
    .map(({ pid }) => pid);

const creating = (kind: string) => (strata: Strata) =>
  strata.operations.some((line) => line.startsWith(`create ${kind} `));

const cases: readonly (readonly [plugin: string, when: string, reached: (strata: Strata) => boolean])[] = [
  [
    "command",
    "the cluster is being created",
    (strata) => having(strata.state).some(({ command }) => command.includes("cluster.mjs create")),
  ],
  ["random", "passwords are being made", creating("RandomPassword")],
  ["kubernetes", "the first objects are being created", creating("Namespace")],
  ["kubernetes", "a workload is being waited for", creating("StatefulSet")],
];

describe("a plugin is killed", () => {
  for (const [plugin, when, reached] of cases)
    test(`${plugin}, while ${when}`, () =>
      attempt(`${plugin} plugin killed in an up`, when, async () => {
        const strata = new Strata();
        try {
          const { child, ended } = strata.start("start");
          await until(
            when,
            () => (reached(strata) && pluginOf(strata, plugin).length > 0) || child.exitCode !== null,
            180,
          );
          const pids = pluginOf(strata, plugin);
          expect(pids.length, (child.exitCode !== null && (await ended).output) || "").toBeGreaterThan(0);
          const before = await strata.secrets().catch(() => ({}));
          signal(pids, "SIGKILL");
          const run = await ended;
          expectPlain(run);
          await expectConverged(strata, { before });
          return run.code === 0 ? "the same up succeeded" : "the next up succeeded";
        } finally {
          await strata.close();
        }
      }));
});
