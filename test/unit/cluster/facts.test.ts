import { describe, expect, test } from "vitest";
import { type ClusterState, type Decision, decide, type Remembered } from "../../../layers/cluster/facts.ts";

const memory: Remembered = { kind: "kind", incarnation: 7, hash: "h", phase: "ready" };
const wanted = { kind: "kind", hash: "h" };
const fresh = 1_800_000_000;

describe("what was found, and what happens", () => {
  const table: readonly [ClusterState, Decision][] = [
    ["healthy", { incarnation: 7, heal: "nothing" }],
    ["stopped", { incarnation: 7, heal: "start" }],
    ["sick", { incarnation: 7, heal: "restart" }],
    ["absent", { incarnation: 8, heal: "nothing" }],
    ["unfinished", { incarnation: 7, heal: "nothing" }],
    ["unknown", { incarnation: 7, heal: "fail" }],
  ];
  test.each(table)("%s", (state, decision) => {
    expect(decide(state, memory, fresh, wanted)).toEqual(decision);
  });

  test.each(table)("%s, and nothing is remembered: an incarnation that no state has seen", (state) => {
    expect(decide(state, undefined, fresh, wanted)).toEqual({ incarnation: fresh, heal: "nothing" });
  });

  test.each(table)(
    "%s, and the stack file asks for another configuration: no healing of what is replaced",
    (state, decision) => {
      expect(decide(state, memory, fresh, { kind: "kind", hash: "other" })).toEqual({
        incarnation: decision.incarnation,
        heal: state === "unknown" ? "fail" : "nothing",
      });
    },
  );

  test.each(table)("%s, and the stack file asks for another kind: another cluster", (state) => {
    expect(decide(state, memory, fresh, { kind: "kwok", hash: "h" })).toEqual({ incarnation: 8, heal: "nothing" });
  });
});
