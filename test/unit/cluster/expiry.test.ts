import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import { armAll, describeTime, expire, renew } from "../../../tools/cluster/expiry.ts";
import { factsOf } from "../../../tools/cluster/facts.ts";
import { create, ensure } from "../../../tools/cluster/lifecycle.ts";
import { type Memory, openStore, withDeadlines } from "../../../tools/cluster/memory.ts";
import { watchEnvironment } from "../../../tools/cluster/watch.ts";
import { fakeHost, fakeLifecycle, ready, running, spec } from "./doubles.ts";

const hour = 3_600_000;
/** The doubles' clock before anybody slept. */
const now = 1_800_000_000_000;
const limited = { ...spec, ttlSeconds: 8 * 3600 };
const note = (memory: Memory) => memory.expires;

describe("the deadline", () => {
  test("there is none without cluster.ttl, and nobody watches", async () => {
    const { lifecycle, store } = fakeLifecycle({});
    await create(lifecycle, spec);
    expect([store.read()?.expires, store.watcher()]).toEqual([undefined, undefined]);
  });

  test("counts from the creation's end", async () => {
    const { lifecycle, store } = fakeLifecycle({});
    await create(lifecycle, limited);
    expect([store.read()?.expires, store.watcher()]).toEqual([now + 8 * hour, 4712]);
  });

  test("of a cluster that is taken over is a new one", async () => {
    const memory = { ...ready, expires: now - hour };
    const { lifecycle, store, actions } = fakeLifecycle({ machine: { parts: [running] }, memory, kubeconfig: "k" });
    await create(lifecycle, limited);
    expect([actions, store.read()?.expires]).toEqual([[], now + 8 * hour]);
  });

  test("follows a changed stack file in an update", async () => {
    const { lifecycle, store } = fakeLifecycle({ memory: { ...ready, expires: now + hour }, kubeconfig: "k" });
    await ensure(lifecycle, limited);
    expect(store.read()?.expires).toBe(now + 8 * hour);
    await ensure(lifecycle, spec);
    expect(store.read()).toEqual(ready);
  });

  test("each up moves it, a preview does not", async () => {
    const memory = { ...ready, expires: now + hour };
    const { lifecycle, store } = fakeLifecycle({ memory, kubeconfig: "k" });
    await factsOf(lifecycle, (incarnation) => ({ ...limited, incarnation }), "look");
    expect(store.read()?.expires).toBe(now + hour);
    await factsOf(lifecycle, (incarnation) => ({ ...limited, incarnation }), "heal");
    expect([store.read()?.expires, store.watcher()]).toEqual([now + 8 * hour, 4712]);
  });

  test("one watchdog is enough; one that is gone is replaced", () => {
    const alive = new Set([4712]);
    const started: string[] = [];
    const { lifecycle, store } = fakeLifecycle({
      memory: ready,
      host: {
        isRunning: (pid) => alive.has(pid),
        startWatch: (folder, name) => {
          started.push(`${folder} ${name}`);
          return 4712;
        },
      },
    });
    renew(lifecycle, limited);
    renew(lifecycle, limited);
    expect(started).toEqual(["/state/clusters/c c"]);
    alive.clear();
    renew(lifecycle, limited);
    expect([started.length, store.watcher()]).toEqual([2, 4712]);
  });
});

describe("expiry", () => {
  test("not before the deadline, which an up may just have moved", async () => {
    const { lifecycle, actions, store } = fakeLifecycle({ memory: { ...ready, expires: now + 1 } });
    expect(await expire(lifecycle, 60)).toBe(false);
    expect([actions, store.read()?.phase]).toEqual([[], "ready"]);
  });

  test("not of a cluster without a deadline, nor of none", async () => {
    expect(await expire(fakeLifecycle({ memory: ready }).lifecycle, 60)).toBe(false);
    expect(await expire(fakeLifecycle({}).lifecycle, 60)).toBe(false);
  });

  test("removes the cluster as any removal does, and leaves a note", async () => {
    const memory = { ...ready, expires: now, volumes: ["v1"] };
    const { lifecycle, actions, store } = fakeLifecycle({ machine: { parts: [running] }, memory, kubeconfig: "k" });
    expect(await expire(lifecycle, 60)).toBe(true);
    expect([actions, store.kubeconfig()]).toEqual([["remove v1"], undefined]);
    expect(store.read()).toEqual({ ...ready, phase: "expired", nodes: [], expires: now });
    // Once is enough: a second watchdog finds nothing to do.
    expect(await expire(lifecycle, 60)).toBe(false);
  });

  test("fails where the engine is off, and is due again", async () => {
    const { lifecycle, store } = fakeLifecycle({
      memory: { ...ready, expires: now },
      driver: { parts: async () => Promise.reject(new UserError("no engine")) },
    });
    await expect(expire(lifecycle, 60)).rejects.toThrow("no engine");
    expect(store.read()).toMatchObject({ phase: "ready", expires: now });
  });
});

describe("an up after the time was over", () => {
  const specOf = (incarnation: number) => ({ ...limited, incarnation });

  test.each<[string, Memory]>([
    ["while the machine was off: nobody removed it", { ...ready, expires: now - 5 * 60_000 }],
    ["and the watchdog removed it", { ...ready, phase: "expired", nodes: [], expires: now - 5 * 60_000 }],
  ])("%s", async (_, memory) => {
    const { lifecycle, said, store, actions } = fakeLifecycle({ machine: { parts: [running] }, memory });
    expect(await factsOf(lifecycle, specOf, "look")).toEqual({ state: "absent", incarnation: 8 });
    expect(said).toEqual([]);
    expect(await factsOf(lifecycle, specOf, "heal")).toEqual({ state: "absent", incarnation: 8 });
    expect(said.join()).toMatch(/^The time to live of c was over .* at \d\d:\d\d: it is built anew/);
    // The engine's Command removes what is left of it, and builds it; its deadline does not come back to life before.
    expect([actions, note(store.read() ?? ready)]).toEqual([[], memory.expires]);
  });
});

test("on disk the deadline is a file of its own, in seconds, for the watchdog", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "strata-")), "c");
  const store = openStore(folder);
  store.write({ ...ready, expires: 1_800_000_000_001 });
  expect(readFileSync(join(folder, "expires"), "utf8")).toBe("1800000001\n");
  store.write({ ...ready, phase: "expired", expires: 1 });
  expect(existsSync(join(folder, "expires"))).toBe(false);
  store.write({ ...ready, expires: 1 });
  store.write(ready);
  expect(existsSync(join(folder, "expires"))).toBe(false);
});

test("after a reboot any command arms what has a deadline, and nothing else", () => {
  const clusters = mkdtempSync(join(tmpdir(), "strata-"));
  openStore(join(clusters, "a")).write({ ...ready, name: "a", expires: 1 });
  openStore(join(clusters, "b")).write({ ...ready, name: "b" });
  const started: string[] = [];
  const host = fakeHost({ startWatch: (_folder, name) => started.push(name) });
  armAll(clusters, host);
  expect([withDeadlines(clusters), started]).toEqual([["a"], ["a"]]);
  expect(withDeadlines(join(clusters, "nowhere"))).toEqual([]);
});

test("the watchdog takes no secret along, and no temporary folder that ends with the run", () => {
  const env = {
    PATH: "/bin",
    HOME: "/h",
    DOCKER_HOST: "tcp://e",
    XDG_STATE_HOME: "/s",
    TMPDIR: "/run-1",
    STRATA_TMPDIR: "/tmp",
    PULUMI_CONFIG_PASSPHRASE: "p",
    PULUMI_ACCESS_TOKEN: "t",
    MY_TOKEN: "t",
    AWS_SECRET_ACCESS_KEY: "k",
  };
  expect(watchEnvironment(env)).toEqual({
    PATH: "/bin",
    HOME: "/h",
    DOCKER_HOST: "tcp://e",
    XDG_STATE_HOME: "/s",
    TMPDIR: "/tmp",
  });
});

test("times are told by the clock of the machine", () => {
  const morning = new Date(2026, 10, 21, 9, 5).getTime();
  expect(describeTime(morning + 8 * hour, morning)).toBe("today at 17:05");
  expect(describeTime(morning + 24 * hour, morning)).toBe("on 2026-11-22 at 09:05");
});
