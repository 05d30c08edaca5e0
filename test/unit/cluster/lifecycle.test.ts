import { describe, expect, test } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import { create, ensure, restart } from "../../../tools/cluster/lifecycle.ts";
import { fakeLifecycle, ready, running, spec, stopped } from "./doubles.ts";

const built = { name: "c", incarnation: 7, kubeconfig: "new kubeconfig" };

describe("create", () => {
  test("refuses a cluster of that name that strata did not make", async () => {
    const { lifecycle, actions } = fakeLifecycle({ machine: { parts: [running] } });
    await expect(create(lifecycle, spec)).rejects.toThrow(
      "A kind cluster named c exists that strata did not make (c-control-plane).\n" +
        "Delete it (kind delete cluster --name c), or give this stack another one: cluster.name in the stack file.",
    );
    expect(actions).toEqual([]);
  });

  test("refuses one that took the place of the remembered one", async () => {
    const { lifecycle, actions } = fakeLifecycle({
      machine: { parts: [{ ...running, id: "other" }] },
      memory: ready,
      kubeconfig: "k",
    });
    await expect(create(lifecycle, spec)).rejects.toThrow("exists that strata did not make");
    expect(actions).toEqual([]);
  });

  test("leaves nothing behind, and nothing remembered, where building fails", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({
      driver: { build: async () => Promise.reject(new UserError("no room")) },
    });
    await expect(create(lifecycle, spec)).rejects.toThrow("no room");
    expect([actions, store.read()]).toEqual([["remove"], undefined]);
  });

  test("says what the logs say where the API server never answers", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({ machine: { health: ["silent"] } });
    await expect(create(lifecycle, spec)).rejects.toThrow(
      "The API server of c was not ready within 60 s (cluster.timeoutSeconds).\nlast words",
    );
    expect([actions, store.read()]).toEqual([["build", "remove"], undefined]);
  });

  test("says so at once where a process of it ended", async () => {
    const { lifecycle, actions } = fakeLifecycle({
      machine: { health: ["silent"] },
      driver: { seemsComplete: () => false },
    });
    await expect(create(lifecycle, spec)).rejects.toThrow("A process of c ended right after its start.\nlast words");
    expect(actions).toEqual(["build", "remove"]);
  });

  test("starts once more where another program took a port in that moment, and gives up after the third time", async () => {
    const taken = "kwok-controller.log: listen tcp 127.0.0.1:32760: bind: address already in use";
    let lives = 1;
    const lucky = fakeLifecycle({ driver: { seemsComplete: () => lives-- <= 0, trouble: async () => taken } });
    expect(await create(lucky.lifecycle, spec)).toEqual(built);
    expect(lucky.actions).toEqual(["build", "remove", "build"]);
    expect(lucky.said.join()).toContain("took a port of c");

    const unlucky = fakeLifecycle({ driver: { seemsComplete: () => false, trouble: async () => taken } });
    await expect(create(unlucky.lifecycle, spec)).rejects.toThrow("address already in use");
    expect(unlucky.actions.filter((action) => action === "build")).toHaveLength(3);
  });

  test("from nothing: builds, and remembers the engine's ids", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({});
    expect(await create(lifecycle, spec)).toEqual(built);
    expect(actions).toEqual(["build"]);
    expect([store.read(), store.kubeconfig()]).toEqual([{ ...ready, nodes: ["new"] }, "new kubeconfig"]);
  });

  test("does not wait for nodes, which may need a CNI of layer 2", async () => {
    const { lifecycle } = fakeLifecycle({ machine: { health: ["silent", "silent", "ready"] } });
    expect(await create(lifecycle, spec)).toEqual(built);
  });

  test("removes what a killed run left half-made", async () => {
    const memory = { ...ready, phase: "creating", nodes: [], creators: [99, 100] } as const;
    const { lifecycle, actions } = fakeLifecycle({ machine: { parts: [running] }, memory });
    expect(await create(lifecycle, spec)).toEqual(built);
    expect(actions).toEqual(["remove", "build"]);
  });

  test("ends the tool of a dead creator, so that it does not go on making nodes", async () => {
    const killed: number[] = [];
    const { lifecycle } = fakeLifecycle({
      memory: { ...ready, phase: "creating", nodes: [], creators: [99, 100] },
      host: { isRunning: (pid) => pid === 100, kill: (pid) => void killed.push(pid) },
    });
    await create(lifecycle, spec);
    expect(killed).toEqual([100]);
  });

  test("waits for a living creator and takes what it made", async () => {
    const { lifecycle, actions, store, said, machine } = fakeLifecycle({
      memory: { ...ready, phase: "creating", nodes: [], creators: [99] },
      kubeconfig: "theirs",
      host: { isRunning: (pid) => pid === 99 },
    });
    let waited = 0;
    const patient = {
      ...lifecycle,
      host: {
        ...lifecycle.host,
        sleep: async () => {
          waited += 1;
          if (waited === 3) {
            machine.parts = [running];
            store.write(ready);
          }
        },
      },
    };
    expect(await create(patient, spec)).toEqual({ name: "c", incarnation: 7, kubeconfig: "theirs" });
    expect([actions, said]).toEqual([[], ["Waiting for process 99, which is creating this cluster"]]);
  });

  test("gives up on a creator that never ends", async () => {
    const { lifecycle } = fakeLifecycle({
      memory: { ...ready, phase: "creating", creators: [99] },
      host: { isRunning: () => true },
    });
    await expect(create(lifecycle, spec)).rejects.toThrow(
      "Process 99 has been creating c for too long. End it, then run this again.",
    );
  });

  test("takes over a cluster that was finished without anybody knowing, under the new incarnation", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({
      machine: { parts: [running] },
      memory: ready,
      kubeconfig: "k",
    });
    expect(await create(lifecycle, { ...spec, incarnation: 9 })).toEqual({
      name: "c",
      incarnation: 9,
      kubeconfig: "k",
    });
    expect([actions, store.read()?.incarnation]).toEqual([[], 9]);
  });

  test.each([
    ["holds what the state does not know", { namespaces: ["default", "database"] }, ready],
    ["has another configuration", {}, { ...ready, hash: "old" }],
    ["does not answer", { health: ["silent", "silent", "healthy"] as ("silent" | "healthy")[] }, ready],
  ])("rebuilds a cluster that %s", async (_, machine, memory) => {
    const { lifecycle, actions } = fakeLifecycle({
      machine: { parts: [running], ...machine },
      memory,
      kubeconfig: "k",
    });
    expect(await create(lifecycle, spec)).toEqual(built);
    expect(actions).toEqual(["remove", "build"]);
  });
});

describe("update", () => {
  test("of a cluster that vanished meanwhile", async () => {
    const { lifecycle } = fakeLifecycle({ machine: { health: ["silent"] }, memory: ready, kubeconfig: "k" });
    await expect(ensure(lifecycle, spec)).rejects.toThrow(
      "The cluster c vanished while the program ran. Run this again: it will be built anew.",
    );
  });

  test("starts a stopped one", async () => {
    const { lifecycle, actions } = fakeLifecycle({
      machine: { parts: [stopped], health: ["silent", "silent", "healthy"] },
      memory: ready,
      kubeconfig: "k",
    });
    expect(await ensure(lifecycle, spec)).toEqual({ name: "c", incarnation: 7, kubeconfig: "k" });
    expect(actions).toEqual(["start id1"]);
  });

  test("of a healthy one does nothing, not even ask the engine", async () => {
    const { lifecycle, actions } = fakeLifecycle({
      memory: ready,
      kubeconfig: "k",
      driver: { parts: () => Promise.reject(new Error("asked")) },
    });
    expect(await ensure(lifecycle, spec)).toEqual({ name: "c", incarnation: 7, kubeconfig: "k" });
    expect(actions).toEqual([]);
  });
});

test("restart is off and on", async () => {
  const { lifecycle, actions } = fakeLifecycle({ memory: ready, kubeconfig: "k" });
  expect(await restart(lifecycle, [running], 60)).toBe(true);
  expect(actions).toEqual(["stop id1", "start id1"]);
});
