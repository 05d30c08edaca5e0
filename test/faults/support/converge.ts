// What "converged" means after a fault, checked from the outside: the runs, the API server, the state, the secrets, the processes.
import { expect } from "vitest";
import { compare } from "../../support/objects.ts";
import { having } from "../../support/processes.ts";
import type { Run, Strata } from "../../support/strata.ts";
import { until } from "../../support/strata.ts";

/** Message for people: nobody should see a trace, whatever was broken. */
export const expectPlain = ({ output }: Run): void => {
  expect(output).not.toMatch(/\n\s+at .*[.:]\d+/);
  expect(output).not.toContain("strata failed unexpectedly");
};

/** Runs `up` until no earlier run holds the stack any more; returns how often that one had to be waited for. */
export const upAfter = async (strata: Strata): Promise<number> => {
  for (let waits = 0; ; waits += 1) {
    const { code, output } = await strata.run("start");
    if (code === 0) return waits;
    if (waits > 60 || !output.includes("Another run works on the stack"))
      throw new Error(`the up after the fault ended with ${code}:\n${output}`);
  }
};

/** Pulumi's own: it looks every five minutes whether its engine is still there, does nothing until then, and ends. */
const languageHost = /pulumi-language-nodejs/;

/** Nothing of a run outlives it but the cluster. */
export const expectOnlyTheCluster = async (strata: Strata): Promise<void> => {
  const others = () =>
    having(strata.state).filter(
      ({ command }) => !command.includes(strata.clusterFolder) && !languageHost.test(command),
    );
  await until("only the cluster's own processes are left", () => others().length === 0, 60).catch(() => {
    throw new Error(
      `processes outlived their run: ${others()
        .map(({ command }) => command)
        .join("; ")}`,
    );
  });
};

/** @param before secrets that existed when the fault came. */
export const expectConverged = async (
  strata: Strata,
  { before = {}, resources }: { before?: Readonly<Record<string, string>>; resources?: number } = {},
): Promise<string> => {
  const waits = await upAfter(strata);
  await strata.up();
  expect(strata.operations).toEqual([]);
  expect(compare(await strata.api().objects(), strata.resources)).toEqual({ leftOver: [], missing: [], twice: [] });
  if (resources !== undefined) expect(strata.resources.length).toBe(resources);
  expect(await strata.secrets()).toMatchObject(before);
  await expectOnlyTheCluster(strata);
  return waits === 0 ? "" : "the next run had to wait for the one that lived on";
};
