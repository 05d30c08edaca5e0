import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../../config/parse.ts";
import type { Config } from "../../../../config/schema.ts";
import { markdownOf, planText } from "../../../../tools/drill/report.ts";
import { beginDrill, type DrillRecord, runDrill } from "../../../../tools/drill/run.ts";
import { type DrillState, loadState } from "../../../../tools/drill/state.ts";
import { stepsOf } from "../../../../tools/drill/steps.ts";
import { type Target, targetOf } from "../../../../tools/drill/target.ts";
import { World } from "./world.ts";

const cnpg = "    kind: cloudnative-pg";
const rds = "    kind: rds";

const configOf = (text: string): Config => {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return parseConfig({
    file: "Pulumi.eks.yaml",
    sections: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("strata:", ""), JSON.stringify(value)]),
    ),
  });
};

const targetIn = (world: World): Target => targetOf("eks", "strata-eks", configOf(world.text));

const run = (world: World): Promise<DrillRecord> => {
  const state: DrillState = loadState(world, "state.json") ?? beginDrill(targetIn(world), world);
  return runDrill({ state, machine: world, store: world, say: () => undefined });
};

const outcomes = (record: DrillRecord) => Object.fromEntries(record.steps.map(({ id, outcome }) => [id, outcome]));

test.each([
  ["CloudNativePG", cnpg],
  ["RDS", rds],
])("with %s everything comes back, and the drill leaves nothing of its own", async (_, postgres) => {
  const world = new World(postgres);
  const record = await run(world);
  expect(record.steps.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  expect(record.outcome).toBe("succeeded");
  expect(world.ran.filter((line) => line.includes("destroy"))).toEqual([
    "node tools/run.mjs destroy eks -- --exclude-protected",
  ]);
  expect([world.objects.size, world.secret, world.row, world.saved]).toEqual([0, undefined, undefined, undefined]);
  expect(record.steps.find(({ id }) => id === "compare-row")?.detail).toBe("drill-20260301-120000 1772366400");
});

test("what CloudNativePG starts from is in the stack file, and the rest of the file is as it was", async () => {
  const world = new World(cnpg);
  await run(world);
  const { postgres, cluster } = configOf(world.text);
  expect(postgres).toMatchObject({ cluster: "postgres-2", restore: { from: "postgres" } });
  expect(cluster).toMatchObject({ protect: true });
  expect(world.text).toContain("  # Kept.\n");
});

test("the next drill restores the restored cluster under a third name", async () => {
  const world = new World(cnpg);
  await run(world);
  world.backedUp = undefined;
  await run(world);
  expect(configOf(world.text).postgres).toMatchObject({ cluster: "postgres-3", restore: { from: "postgres-2" } });
});

test("what RDS starts from is its snapshot, and the instance is protected again", async () => {
  const world = new World(rds);
  const record = await run(world);
  const { postgres } = configOf(world.text);
  expect(postgres).toMatchObject({ instance: "postgres", snapshot: "drill-20260301-120000" });
  expect(postgres).not.toHaveProperty("protect");
  expect(record.manual.at(-1)).toContain("drill-20260301-120000");
});

test("a restore without the row fails the drill, and keeps everything", async () => {
  const world = new World(cnpg);
  world.restoresRow = false;
  const record = await run(world);
  expect(record.outcome).toBe("failed");
  expect(outcomes(record)).toMatchObject({ up: "done", "compare-row": "failed", tidy: "not reached" });
  expect(record.steps.find(({ outcome }) => outcome === "failed")?.detail).toBe(
    'The row is "", and before the destruction it was "drill-20260301-120000 1772366400"',
  );
  expect(world.objects.size).toBe(1);
});

test.each<[string, string, string]>([
  ["ready", cnpg, "get-caller-identity"],
  ["canary-row", cnpg, "apply -f -"],
  ["canary-object", cnpg, "s3 cp -"],
  ["canary-secret", cnpg, "put-secret-value"],
  ["backup", cnpg, "get backup"],
  ["backup", rds, "create-db-snapshot"],
  ["loosen", cnpg, "run.mjs start"],
  ["destroy", cnpg, "--exclude-protected"],
  ["tidy", cnpg, "s3 rm"],
])("%s fails: the drill stops there, says what to do, and goes on from there", async (id, postgres, breaks) => {
  const world = new World(postgres);
  world.breaks = breaks;
  const broken = await run(world);
  const failed = broken.steps.findIndex((step) => step.id === id);
  expect(broken.steps[failed]).toMatchObject({ outcome: "failed", detail: expect.stringContaining("it broke") });
  expect(broken.steps[failed]?.remedy?.length).toBeGreaterThan(20);
  expect(broken.steps.slice(0, failed).map(({ outcome }) => outcome)).not.toContain("failed");
  expect(new Set(broken.steps.slice(failed + 1).map(({ outcome }) => outcome)).size).toBeLessThanOrEqual(1);
  if (failed < broken.steps.findIndex((step) => step.id === "destroy")) expect(world.up).toBe(true);

  world.breaks = undefined;
  const ran = world.ran.length;
  const finished = await run(world);
  expect(finished.outcome).toBe("succeeded");
  expect(finished.id).toBe(broken.id);
  // Nothing that was done is done again.
  const again = world.ran.slice(ran).filter((line) => line.includes("--exclude-protected"));
  expect(again).toHaveLength(failed > broken.steps.findIndex((step) => step.id === "destroy") ? 0 : 1);
});

test.each(["up", "compare-object", "compare-secret"])("%s fails after the destruction", async (id) => {
  const world = new World(cnpg);
  const commands = {
    up: "run.mjs start",
    "compare-object": "s3 cp s3:",
    "compare-secret": "get-secret-value",
  } as const;
  const original = world.run;
  world.run = async (command) => {
    const destroyed = world.ran.some((line) => line.includes("--exclude-protected"));
    world.breaks = destroyed ? commands[id as keyof typeof commands] : undefined;
    return original(command);
  };
  const broken = await run(world);
  expect(broken.steps.find(({ outcome }) => outcome === "failed")?.id).toBe(id);
  world.run = original;
  world.breaks = undefined;
  expect((await run(world)).outcome).toBe("succeeded");
});

test("a stack file that can't be written stops before anything is destroyed", async () => {
  const world = new World(cnpg);
  world.breaks = "write stack file";
  const record = await run(world);
  expect(outcomes(record)).toMatchObject({ loosen: "failed", destroy: "not reached" });
  expect(world.up).toBe(true);
});

test.each([
  [
    "other credentials",
    (world: World) => (world.account = "999900001111"),
    "These credentials are of account 999900001111, and the stack is in 111122223333",
  ],
  ["a rehearsal", (world: World) => (world.simulated = true), "What stands is a rehearsal"],
])("%s: nothing is touched", async (_, change, message) => {
  const world = new World(cnpg);
  const before = world.text;
  change(world);
  const record = await run(world);
  expect(record.steps[0]).toMatchObject({ outcome: "failed", detail: expect.stringContaining(message) });
  expect(world.ran.every((line) => /get-caller-identity|output eks cluster/.test(line))).toBe(true);
  expect(world.text).toBe(before);
});

test("a destroy that leaves the cluster is no destroy", async () => {
  const world = new World(cnpg);
  const original = world.run;
  world.run = async (command) =>
    command.args.includes("destroy") ? { code: 0, stdout: "", stderr: "" } : original(command);
  const record = await run(world);
  expect(record.steps.find(({ id }) => id === "destroy")?.detail).toBe(
    "The engine says that all is destroyed, and there still is the cluster strata-eks",
  );
});

test("the state holds digests and names, and no secret of the stack", async () => {
  const world = new World(cnpg);
  world.breaks = "run.mjs destroy";
  await run(world);
  expect(world.saved).toContain("keys=");
  expect(world.saved).not.toContain("c2VjcmV0");
});

test("a state that is none is told, and not run over", () => {
  const world = new World(cnpg);
  world.saved = "{}";
  expect(() => loadState(world, ".strata/drill/eks/state.json")).toThrow(
    ".strata/drill/eks/state.json is not the state of a drill. Look at it, and begin anew with: npm run drill -- STACK --yes --restart",
  );
});

test("the plan tells every step and does nothing", () => {
  const target = targetIn(new World(rds));
  const text = planText(target, stepsOf(target, "drill-<time>"));
  expect(text).toContain("node tools/run.mjs destroy eks -- --exclude-protected");
  expect(text).toContain('Pulumi.eks.yaml: cluster.protect: "data"');
  expect(text).toContain("Pulumi.eks.yaml: postgres.protect: false");
  expect(text).toContain("Nothing was done. To do it: npm run drill -- eks --yes");
  expect(stepsOf(target, "x").findIndex(({ id }) => id === "loosen")).toBe(5);
  expect(stepsOf(target, "x").findIndex(({ id }) => id === "up")).toBe(8);
});

test("the report has each step with its time, what broke, and what is left to a human", async () => {
  const world = new World(cnpg);
  world.breaks = "--exclude-protected";
  const text = markdownOf(await run(world));
  expect(text).toContain("# ❌ Drill of eks: failed in ");
  expect(text).toContain(
    "## What broke\n\nThe cluster is destroyed:\n\n```text\nnode tools/run.mjs destroy eks -- --exclude-protected ended with 1:\nit broke\n```",
  );
  expect(text).toContain("| ✅ | A row with the time in auth_db | ");
  expect(text).toContain("|  | The stack is built and restored |  | not reached |");
  expect(text).toContain(
    "- Do what the failed step's remedy says, and run the same command again: it goes on from there.",
  );
  const whole = markdownOf(await run(new World(cnpg)));
  expect(whole).toContain("# ✅ Drill of eks: succeeded in ");
  expect(whole).not.toContain("## What broke");
});
