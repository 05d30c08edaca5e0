// An `up` killed at many points: the engine alone, its group, the command line alone, and everything below it at once.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { repository } from "../../tools/toolchain/paths.ts";
import { having, signal, treeOf } from "../support/processes.ts";
import { Strata, until } from "../support/strata.ts";
import { expectConverged } from "./support/converge.ts";
import { attempt } from "./support/record.ts";

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
type Variant = keyof typeof variants;

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

/** Starts an `up`, kills it when so many resources are finished, and looks whether the next converges. */
const killAndConverge = async (strata: Strata, variant: Variant, wanted: number, delayMs: number): Promise<string> => {
  const kept = await strata.secrets();
  const { child, ended } = strata.start("start");
  const over = () => child.exitCode !== null;
  await until("the engine runs", () => engineOf(strata).length > 0 || over(), 120);
  await until(`${wanted} resources are finished`, () => strata.finished >= wanted || over(), 180);
  // Not always right after a resource's end, which is when the state was just written.
  await sleep(delayMs);
  if (over()) throw new Error(`it ended before it could be killed:\n${(await ended).output}`);
  variants[variant](strata, child.pid ?? 0);
  await ended;
  // The kill may have cut the state file short as well: then only what was there before can be compared.
  const before = await strata.secrets().catch(() => undefined);
  const note = await expectConverged(strata, { resources, before: { ...kept, ...before } });
  const seen =
    before === undefined
      ? "state cut short"
      : Object.keys(before).length > 0
        ? "secrets of the state kept"
        : "no secret in the state";
  return [seen, note].filter((text) => text !== "").join("; ");
};

const variantOf = (index: number): Variant => (Object.keys(variants) as Variant[])[index % 4] ?? "the engine";
const shareOf = (index: number, count: number): number => Math.round((index / Math.max(1, count - 1)) * 97);

describe("a cold up is killed, and the next converges", () => {
  for (let index = 0; index < points; index += 1) {
    const [variant, share] = [variantOf(index), shareOf(index, points)];
    test(`${variant}, with ${share} % of the resources finished`, () =>
      attempt(`kill -9 of ${variant} in a cold up`, `${share} %`, async () => {
        const strata = new Strata();
        try {
          return await killAndConverge(strata, variant, Math.floor((share / 100) * total), (index * 137) % 400);
        } finally {
          await strata.close();
        }
      }));
  }
});

// The state is written at each step here, since what the cluster holds already would be lost with it.
describe("an up that adds to a cluster is killed, and the next converges", () => {
  const count = Math.ceil(points * 0.4);
  for (let index = 0; index < count; index += 1) {
    const [variant, share] = [variantOf(index), shareOf(index, count)];
    test(`${variant}, with ${share} % of the resources finished`, () =>
      attempt(`kill -9 of ${variant} in an up that adds to a cluster`, `${share} %`, async () => {
        const stacks = mkdtempSync(join(tmpdir(), "strata-stacks-"));
        cpSync(join(repository, "test", "faults", "stacks"), stacks, { recursive: true });
        const file = join(stacks, "Pulumi.small.yaml");
        const whole = readFileSync(file, "utf8");
        const strata = new Strata({ stacks });
        try {
          writeFileSync(file, whole.slice(0, whole.indexOf("  strata:postgres:")));
          await strata.up();
          writeFileSync(file, whole);
          return await killAndConverge(strata, variant, Math.floor((share / 100) * total), (index * 137) % 400);
        } finally {
          await strata.close();
          rmSync(stacks, { recursive: true, force: true });
        }
      }));
  }
});
