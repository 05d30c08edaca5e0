import { describe, expect, test } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import type { Memory } from "../../../tools/cluster/memory.ts";
import { powerOff, powerOn } from "../../../tools/cluster/power.ts";
import { fakeLifecycle, type Machine, ready, running, stopped } from "./doubles.ts";

const given = (machine: Partial<Machine>, memory: Memory = ready) =>
  fakeLifecycle({ machine, memory, kubeconfig: "k" });

describe.each([
  ["stop", powerOff],
  ["start", powerOn],
])("%s", (_, act) => {
  test("where there is no cluster", async () => {
    await expect(act(fakeLifecycle({}).lifecycle)).rejects.toThrow("There is no cluster. Build it: npm start");
  });

  test.each<[string, Memory, string]>([
    ["whose time was over", { ...ready, phase: "expired", expires: 1 }, "The time to live of c was over on 1970-01-01"],
    ["whose time is over by now", { ...ready, expires: 1 }, "Build it anew: npm start"],
    ["that is being removed", { ...ready, phase: "removing" }, "c is being removed, or an earlier removal was interr"],
    ["whose creation was killed", { ...ready, phase: "creating", creators: [1] }, "The creation of c was interrupted."],
  ])("of one %s", async (_name, memory, message) => {
    const { lifecycle, actions } = given({ parts: [running] }, memory);
    await expect(act(lifecycle)).rejects.toThrow(message);
    expect(actions).toEqual([]);
  });

  test("of one that is being created", async () => {
    const { lifecycle } = fakeLifecycle({
      memory: { ...ready, phase: "creating", creators: [99] },
      host: { isRunning: (pid) => pid === 99 },
    });
    await expect(act(lifecycle)).rejects.toThrow("Process 99 is creating c right now. Wait for it");
  });

  test("of one that was deleted by hand", async () => {
    const { lifecycle } = given({ health: ["silent"] });
    await expect(act(lifecycle)).rejects.toThrow("c is gone: it was deleted by hand. Build it anew");
  });

  test("with the engine off", async () => {
    const { lifecycle } = fakeLifecycle({
      machine: { health: ["silent"] },
      memory: ready,
      kubeconfig: "k",
      driver: { parts: async () => Promise.reject(new UserError("The container engine does not answer.")) },
    });
    await expect(act(lifecycle)).rejects.toThrow("The container engine does not answer.");
  });
});

describe("stop", () => {
  test("stops what is ours, and says how to go on", async () => {
    const { lifecycle, actions } = given({ parts: [running, { ...running, id: "other" }] });
    expect(await powerOff(lifecycle)).toBe(
      "c is stopped after 0.0 s; its data stays. Resume it: npm start, or npm run start:cluster",
    );
    expect(actions).toEqual(["stop id1"]);
  });

  test("of a stopped one does nothing", async () => {
    const { lifecycle, actions } = given({ parts: [stopped] });
    expect(await powerOff(lifecycle)).toBe("c is stopped already. Resume it: npm start, or npm run start:cluster");
    expect(actions).toEqual([]);
  });

  test("says when it goes, stopped or not", async () => {
    const { lifecycle } = given({ parts: [running] }, { ...ready, expires: 2e12 });
    expect(await powerOff(lifecycle)).toMatch(/start:cluster; its time to live still ends on 2033-05-18 at \d\d:\d\d$/);
  });

  test("of one that runs by halves stops the rest of it", async () => {
    const { lifecycle, actions } = given({ parts: [{ ...stopped, partly: true }] });
    expect(await powerOff(lifecycle)).toContain("c is stopped after");
    expect(actions).toEqual(["stop id1"]);
  });
});

describe("start", () => {
  test("of a running one asks its API server only", async () => {
    const { lifecycle } = fakeLifecycle({
      memory: ready,
      kubeconfig: "k",
      driver: { parts: async () => Promise.reject(new Error("asked")) },
    });
    expect(await powerOn(lifecycle)).toBe("c runs already, and every node is Ready");
  });

  test("of a stopped one starts it and waits for its nodes", async () => {
    const { lifecycle, actions } = given({ health: ["silent", "silent", "ready", "healthy"], parts: [stopped] });
    expect(await powerOn(lifecycle)).toBe("c runs, and every node is Ready, after 0.5 s");
    expect(actions).toEqual(["start id1"]);
  });

  test("of one that hangs, as after a restart of the engine, restarts it", async () => {
    const health: Machine["health"] = [...Array.from({ length: 90 }, () => "silent" as const), "healthy"];
    const { lifecycle, actions } = given({ health, parts: [running] });
    expect(await powerOn(lifecycle)).toContain("c runs, and every node is Ready");
    expect(actions).toEqual(["stop id1", "start id1"]);
  });

  test("gives up with a next step", async () => {
    const { lifecycle } = given({ health: ["silent"], parts: [stopped] });
    await expect(powerOn(lifecycle)).rejects.toThrow("c did not get ready within 300 s. npm start restarts it");
  });

  test("arms the watchdog, which a reboot ended", async () => {
    const { lifecycle, store } = given(
      { health: ["silent", "healthy"], parts: [stopped] },
      { ...ready, expires: 2e12 },
    );
    await powerOn(lifecycle);
    expect([store.watcher(), store.read()?.expires]).toEqual([4712, 2e12]);
  });
});
