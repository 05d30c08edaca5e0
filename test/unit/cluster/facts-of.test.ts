import { describe, expect, test } from "vitest";
import type { KindSpec } from "../../../layers/cluster/spec.ts";
import { UserError } from "../../../lib/errors.ts";
import { factsOf } from "../../../tools/cluster/facts.ts";
import type { Memory } from "../../../tools/cluster/memory.ts";
import { fakeLifecycle, type Machine, ready, running, spec, stopped } from "./doubles.ts";

const specOf = (incarnation: number): KindSpec => ({ ...spec, incarnation });
const given = (machine: Partial<Machine>) => fakeLifecycle({ machine, memory: ready, kubeconfig: "k" });

describe("a preview looks and changes nothing", () => {
  test.each<[string, Partial<Machine>, { state: string; incarnation: number }]>([
    ["healthy", {}, { state: "healthy", incarnation: 7 }],
    ["stopped", { health: ["silent"], parts: [stopped] }, { state: "stopped", incarnation: 7 }],
    ["sick: no answer", { health: ["silent"], parts: [running] }, { state: "sick", incarnation: 7 }],
    ["sick: a node is not Ready", { health: ["ready"], parts: [running] }, { state: "sick", incarnation: 7 }],
    ["deleted by hand", { health: ["silent"] }, { state: "absent", incarnation: 8 }],
    [
      "deleted and made anew by hand",
      { health: ["silent"], parts: [{ ...running, id: "x" }] },
      { state: "absent", incarnation: 8 },
    ],
  ])("%s", async (_, machine, facts) => {
    const { lifecycle, actions, said } = given(machine);
    expect(await factsOf(lifecycle, specOf, "look")).toEqual(facts);
    expect([actions, said]).toEqual([[], []]);
  });

  test("a node of several lost for good: no restart brings it back", async () => {
    const { lifecycle } = fakeLifecycle({
      machine: { health: ["ready"], parts: [running] },
      memory: { ...ready, nodes: ["id1", "id2"] },
      kubeconfig: "k",
    });
    expect(await factsOf(lifecycle, specOf, "look")).toEqual({ state: "absent", incarnation: 8 });
  });

  test("without an engine: unknown, and the incarnation stays", async () => {
    const { lifecycle } = fakeLifecycle({
      machine: { health: ["silent"] },
      memory: ready,
      kubeconfig: "k",
      driver: { parts: async () => Promise.reject(new UserError("no engine")) },
    });
    expect(await factsOf(lifecycle, specOf, "look")).toEqual({ state: "unknown", incarnation: 7 });
  });

  test("where nothing was ever created nobody is asked", async () => {
    const { lifecycle } = fakeLifecycle({ driver: { parts: () => Promise.reject(new Error("asked")) } });
    expect(await factsOf(lifecycle, specOf, "look")).toEqual({ state: "absent", incarnation: 1_800_000_000 });
  });
});

describe("an up heals", () => {
  test("without an engine it cannot", async () => {
    const { lifecycle } = fakeLifecycle({
      machine: { health: ["silent"] },
      memory: ready,
      kubeconfig: "k",
      driver: { parts: async () => Promise.reject(new UserError("The container engine does not answer.")) },
    });
    await expect(factsOf(lifecycle, specOf, "heal")).rejects.toThrow("The container engine does not answer.");
  });

  test("a stopped cluster is started", async () => {
    const { lifecycle, actions, said } = given({ health: ["silent", "silent", "ready", "healthy"], parts: [stopped] });
    expect(await factsOf(lifecycle, specOf, "heal")).toEqual({ state: "healthy", incarnation: 7 });
    expect([actions, said]).toEqual([["start id1"], ["Cluster c is stopped: starting it"]]);
  });

  test("one that is on its way up by itself is only waited for", async () => {
    const { lifecycle, actions } = given({ health: ["silent", "silent", "healthy"], parts: [running] });
    expect(await factsOf(lifecycle, specOf, "heal")).toEqual({ state: "healthy", incarnation: 7 });
    expect(actions).toEqual([]);
  });

  test("one that stays sick is restarted, then replaced", async () => {
    const { lifecycle, actions, said } = given({ health: ["silent"], parts: [running] });
    expect(await factsOf(lifecycle, specOf, "heal")).toEqual({ state: "sick", incarnation: 8 });
    expect(actions).toEqual(["stop id1", "start id1"]);
    expect(said).toEqual([
      "Cluster c runs but is not ready: waiting up to 20 s for it",
      "Cluster c is still not ready: restarting it",
      "Cluster c does not recover: it will be replaced, and everything in it created anew",
    ]);
  });

  test("one that is about to be replaced is left alone", async () => {
    const { lifecycle, actions } = given({ health: ["silent"], parts: [stopped] });
    expect(await factsOf(lifecycle, (incarnation) => ({ ...spec, incarnation, hash: "new" }), "heal")).toEqual({
      state: "stopped",
      incarnation: 7,
    });
    expect(actions).toEqual([]);
  });
});

describe("a stack file that asks for another kind", () => {
  const kwok: Memory = { ...ready, kind: "kwok" };

  test("replaces the cluster, after a look at whether the new one can be built", async () => {
    const { lifecycle, actions, said } = fakeLifecycle({ memory: kwok, kubeconfig: "k" });
    expect(await factsOf(lifecycle, specOf, "heal")).toEqual({ state: "absent", incarnation: 8 });
    expect([actions, said]).toEqual([[], []]);
  });

  test("fails before the old one goes where the engine is off", async () => {
    const { lifecycle } = fakeLifecycle({
      memory: kwok,
      driver: { parts: async () => Promise.reject(new UserError("The container engine does not answer.")) },
    });
    await expect(factsOf(lifecycle, specOf, "heal")).rejects.toThrow("The container engine does not answer.");
    expect(await factsOf(lifecycle, specOf, "look")).toEqual({ state: "absent", incarnation: 8 });
  });

  test("fails before the old one goes where somebody has a cluster of that name", async () => {
    const { lifecycle } = fakeLifecycle({ memory: kwok, machine: { parts: [running] } });
    await expect(factsOf(lifecycle, specOf, "heal")).rejects.toThrow(
      "A kind cluster named c exists that strata did not",
    );
  });
});

test("an interrupted removal leaves no cluster: the next up replaces it", async () => {
  const { lifecycle } = fakeLifecycle({
    machine: { parts: [running] },
    memory: { ...ready, phase: "removing", remover: 99 },
    kubeconfig: "k",
  });
  expect(await factsOf(lifecycle, specOf, "heal")).toEqual({ state: "absent", incarnation: 8 });
});
