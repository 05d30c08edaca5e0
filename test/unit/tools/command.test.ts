import { describe, expect, it } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import { onWhatStands, parseCommand } from "../../../tools/command.ts";

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

  it("a rehearsal that was asked for by name stays one", () => {
    expect(onWhatStands(rehearsal, () => false)).toEqual(rehearsal);
  });
});
