import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import { ownCluster } from "../../../tools/cluster/own.ts";
import { isThrownAway, onWhatStands, parseCommand } from "../../../tools/command.ts";

describe("arguments", () => {
  it.each([
    [["dev-fast", "full"], "Only one stack at a time, not dev-fast and full"],
    [["--rehears"], "Unknown option '--rehears'"],
  ])("%j is refused, with the usage", (args, message) => {
    expect(() => parseCommand(args)).toThrow(UserError);
    expect(() => parseCommand(args)).toThrow(message);
    expect(() => parseCommand(args)).toThrow("Usage: npm start");
  });

  it.each([
    [[], { stack: "dev-fast", rehearse: false, extra: [] }],
    [["dev-fast-rehearsal"], { stack: "dev-fast", rehearse: true, extra: [] }],
    [["full", "--rehearse", "--", "--target", "x"], { stack: "full", rehearse: true, extra: ["--target", "x"] }],
  ])("%j", (args, expected) => expect(parseCommand(args)).toEqual(expected));
});

describe("what stands", () => {
  const asked = parseCommand([]);
  const rehearsal = parseCommand(["dev-fast-rehearsal"]);
  it.each([
    ["nothing", [], asked],
    ["the stack's own cluster", ["strata-dev-fast"], asked],
    ["both", ["strata-dev-fast", "strata-dev-fast-rehearsal"], asked],
    ["the rehearsal alone", ["strata-dev-fast-rehearsal"], rehearsal],
  ])("%s", (_what, clusters, expected) => {
    expect(onWhatStands(asked, (name) => clusters.includes(name))).toEqual(expected);
  });

  it.each([
    ["k3d", true],
    ["existing", false],
  ])("without an engine, a stack on %s was rehearsed: %s", (kind, rehearse) => {
    const folder = mkdtempSync(join(tmpdir(), "strata-stacks-"));
    writeFileSync(join(folder, "Pulumi.lane.yaml"), `config:\n  strata:cluster:\n    kind: ${kind}\n`);
    vi.stubEnv("STRATA_STACKS", folder);
    try {
      const lane = parseCommand(["lane"]);
      expect(onWhatStands(lane, (name) => name === "strata-lane-rehearsal")).toEqual({ ...lane, rehearse });
      expect(ownCluster(lane).local).toBe(kind === "k3d");
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });

  it("of a bench's stack is the bench's, and never the user's own", () => {
    const bench = parseCommand(["dev-fast-bench"]);
    expect(onWhatStands(bench, (name) => name === "strata-dev-fast")).toEqual({ ...bench, rehearse: false });
    const rehearsed = onWhatStands(bench, (name) => name === "strata-dev-fast-bench-rehearsal");
    expect(rehearsed).toEqual({ ...bench, rehearse: true });
    expect([bench, rehearsed].map((command) => ownCluster(command).name)).toEqual([
      "strata-dev-fast-bench",
      "strata-dev-fast-bench-rehearsal",
    ]);
  });

  it("a rehearsal that was asked for by name stays one", () => {
    expect(onWhatStands(rehearsal, () => false)).toEqual(rehearsal);
  });
});

it.each([
  ["kind", false, true],
  ["k3d", false, true],
  ["kwok", false, true],
  ["eks", true, true],
  ["eks", false, false],
  ["existing", false, false],
])("a run on %s (rehearsed: %s) may be killed without a trace: %s", (kind, rehearse, expected) => {
  expect(isThrownAway(kind, rehearse)).toBe(expected);
});
