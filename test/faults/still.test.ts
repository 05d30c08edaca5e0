// A finished platform keeps still: three runs change nothing, secrets stay, and for two minutes nobody writes any of our objects.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Seen } from "../support/objects.ts";
import { Strata } from "../support/strata.ts";
import { expectConverged } from "./support/converge.ts";
import { attempt } from "./support/record.ts";

const seconds = 120;

/** Written by the simulation's heartbeat and by the controllers' own elections, whatever the program does. */
const restless = (key: string): boolean => /^(coordination\.k8s\.io\/Lease|\/Node)\//.test(key);

const versions = (objects: readonly Seen[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    objects
      .filter(({ key }) => !restless(key))
      .map(({ key, uid, resourceVersion }) => [key, `${uid} ${resourceVersion}`]),
  );

describe("a finished platform", () => {
  test("is changed by no further run, and keeps still", () =>
    attempt("three ups in a row, then two minutes of watching", "", async () => {
      const strata = new Strata();
      try {
        await strata.up();
        const secrets = await strata.secrets();
        const first = versions((await strata.api().objects()).filter(({ ours }) => ours));
        for (let count = 1; count <= 3; count += 1) {
          await strata.up();
          expect(strata.operations).toEqual([]);
        }
        await expectConverged(strata, { before: secrets });
        // Status is written until everything is ready, which is before the first run's end; so nothing may differ from then on.
        expect(versions((await strata.api().objects()).filter(({ ours }) => ours))).toEqual(first);
        const before = versions(await strata.api().objects());
        await sleep(seconds * 1000);
        const after = versions(await strata.api().objects());
        expect(after).toEqual(before);
        return `${Object.keys(first).length} of our objects and ${Object.keys(before).length - Object.keys(first).length} others unwritten for ${seconds} s; not counted: Leases, Nodes, Events`;
      } finally {
        await strata.close();
      }
    }));
});
