import { describe, expect, test } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import { create } from "../../../tools/cluster/lifecycle.ts";
import type { Memory } from "../../../tools/cluster/memory.ts";
import { remove, removeOtherKind } from "../../../tools/cluster/removal.ts";
import { fakeLifecycle, ready, running, spec } from "./doubles.ts";

const removing = (remover?: number): Memory => ({
  ...ready,
  phase: "removing",
  ...(remover !== undefined && { remover }),
});

describe("delete", () => {
  test("leaves a cluster that took the place of the remembered one", async () => {
    const { lifecycle, actions, said, store } = fakeLifecycle({
      machine: { parts: [{ ...running, id: "other" }] },
      memory: ready,
    });
    await remove(lifecycle, 60);
    expect([actions, said, store.read()]).toEqual([
      [],
      ["c-control-plane was not made by strata and stays"],
      undefined,
    ]);
  });

  test("fails where the engine does not answer, and forgets nothing", async () => {
    const { lifecycle, store } = fakeLifecycle({
      memory: ready,
      driver: { parts: async () => Promise.reject(new UserError("no engine")) },
    });
    await expect(remove(lifecycle, 60)).rejects.toThrow("no engine");
    expect(store.read()).toEqual(ready);
  });

  test("that fails in the middle does not pass for a cluster, and holds nobody up", async () => {
    const { lifecycle, store } = fakeLifecycle({
      machine: { parts: [running] },
      memory: ready,
      driver: { remove: async () => Promise.reject(new UserError("stuck")) },
    });
    await expect(remove(lifecycle, 60)).rejects.toThrow("stuck");
    expect(store.read()).toEqual(removing());
  });

  test("waits for another removal, and does nothing after it", async () => {
    const { lifecycle, actions, said, store } = fakeLifecycle({
      memory: removing(99),
      host: { isRunning: (pid) => pid === 99, sleep: async () => store.forget() },
      driver: { parts: async () => Promise.reject(new Error("asked")) },
    });
    await remove(lifecycle, 60);
    expect([actions, said]).toEqual([[], ["Waiting for process 99, which is removing this cluster"]]);
  });

  test("gives up on another removal that never ends", async () => {
    const { lifecycle } = fakeLifecycle({ memory: removing(99), host: { isRunning: () => true } });
    await expect(remove(lifecycle, 60)).rejects.toThrow(
      "Process 99 has been removing c for too long. End it, then run this again.",
    );
  });

  test("goes on where a killed removal ended", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({ machine: { parts: [running] }, memory: removing(99) });
    await remove(lifecycle, 60);
    expect([actions, store.read()]).toEqual([["remove"], undefined]);
  });

  test("removes what the state says is ours, even with nothing remembered", async () => {
    const { lifecycle, actions } = fakeLifecycle({ machine: { parts: [running] } });
    await remove(lifecycle, 60);
    expect(actions).toEqual(["remove"]);
  });

  test("takes the volumes of nodes along that were deleted by hand", async () => {
    const { lifecycle, actions } = fakeLifecycle({ memory: { ...ready, volumes: ["v1", "v2"] } });
    await remove(lifecycle, 60);
    expect(actions).toEqual(["remove v1 v2"]);
  });

  test("of one whose time was over asks nobody, and drops the note", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({
      memory: { ...ready, phase: "expired" },
      driver: { parts: async () => Promise.reject(new Error("asked")) },
    });
    await remove(lifecycle, 60);
    expect([actions, store.read()]).toEqual([[], undefined]);
  });

  test("ends the watchdog", async () => {
    const killed: number[] = [];
    const { lifecycle, store } = fakeLifecycle({
      memory: ready,
      host: {
        isRunning: (pid, mark) => pid === 4712 && mark === "/state/clusters/c/expires",
        kill: (pid) => void killed.push(pid),
      },
    });
    store.writeWatcher(4712);
    await remove(lifecycle, 60);
    expect(killed).toEqual([4712]);
  });
});

test("a creation waits for a removal, and takes up one that was interrupted", async () => {
  const { lifecycle, actions } = fakeLifecycle({ memory: { ...removing(99), volumes: ["v1"] } });
  await create(lifecycle, spec);
  expect(actions).toEqual(["remove v1", "build"]);
});

describe("a remembered cluster of another kind", () => {
  const open = (memory: Memory | undefined) => {
    const kwok = fakeLifecycle({ machine: { parts: [running] }, ...(memory && { memory }) });
    const opened: string[] = [];
    const opener = (kind: Memory["kind"]) => {
      opened.push(kind);
      return kwok.lifecycle;
    };
    return { ...kwok, opened, opener };
  };

  test("goes before the new one is built", async () => {
    const { store, opener, opened, actions } = open({ ...ready, kind: "kwok" });
    await removeOtherKind("kind", store, opener, 60);
    expect([opened, actions, store.read()]).toEqual([["kwok"], ["remove"], undefined]);
  });

  test.each([["of the same kind", ready] as const, ["that nobody knows", undefined] as const])(
    "one %s stays",
    async (_, memory) => {
      const { store, opener, opened } = open(memory);
      await removeOtherKind("kind", store, opener, 60);
      expect([opened, store.read()]).toEqual([[], memory]);
    },
  );
});
