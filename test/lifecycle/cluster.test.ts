// The embedded cluster through its command line, as the engine's Command runs it: real processes, a state folder of its own.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kwokSpec } from "../../layers/cluster/spec.ts";
import { apiOf } from "../../tools/cluster/api.ts";
import { apiFacts } from "../../tools/program/api-facts.ts";
import { find } from "../../tools/toolchain/locate.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { having } from "../support/processes.ts";

const programs = ["kwokctl", "kwok", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const missing = (await Promise.all(programs.map(async (name) => ((await find(name)) ? [] : [name])))).flat();

const minute = 60_000;
const name = "lifecycle-test";
const spec = kwokSpec(name, { kind: "kwok", nodes: 2, timeoutSeconds: 120 }, 7);

describe.skipIf(missing.length > 0)(`an embedded cluster (missing: ${missing.join(", ") || "nothing"})`, () => {
  let state: string;
  let folder: string;

  const tool = (args: readonly string[], input = ""): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ["tools/cluster.mjs", ...args],
        { cwd: repository, env: { ...process.env, XDG_STATE_HOME: state } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      );
      child.stdin?.end(input);
    });

  const send = (action: string, changes: Partial<typeof spec> = {}) =>
    tool([action], JSON.stringify({ ...spec, ...changes }));
  const status = async (): Promise<string> =>
    (JSON.parse((await tool(["status", name])).stdout) as { state: string }).state;

  const commandLine = (pid: string): string => {
    try {
      return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
    } catch {
      return "";
    }
  };

  /** Processes that run out of the cluster's folder. */
  const processes = (): string[] => readdirSync("/proc").filter((pid) => commandLine(pid).startsWith(folder));

  const get = async (
    path: string,
  ): Promise<{ items: { metadata: { name: string }; status: { phase?: string } }[] }> => {
    const reply = await apiOf(readFileSync(join(folder, "kubeconfig"), "utf8")).call("GET", path);
    return JSON.parse(reply?.body ?? "{}");
  };

  const post = async (path: string, body: unknown): Promise<number | undefined> =>
    (await apiOf(readFileSync(join(folder, "kubeconfig"), "utf8")).call("POST", path, { body }))?.status;

  const until = async (check: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + minute;
    while (!(await check())) {
      if (Date.now() > deadline) throw new Error("it never came true");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  beforeAll(() => {
    state = mkdtempSync(join(tmpdir(), "strata-cluster-"));
    folder = join(state, "strata", "clusters", name);
  });

  afterAll(async () => {
    await send("delete");
    rmSync(state, { recursive: true, force: true });
  }, minute);

  test("a mistake is one message and no stack trace", async () => {
    const result = await tool(["status", "nobody"]);
    expect(result).toEqual({ code: 1, stdout: "", stderr: "strata remembers no cluster named nobody.\n" });
  });

  test("is created, and hands out a kubeconfig that works", { timeout: 3 * minute }, async () => {
    const result = await send("create");
    expect({ code: result.code, errors: result.code === 0 ? "" : result.stderr }).toEqual({ code: 0, errors: "" });
    const output = JSON.parse(result.stdout) as { name: string; incarnation: number; kubeconfig: string };
    expect([output.name, output.incarnation]).toEqual([name, 7]);
    expect(output.kubeconfig).toBe(readFileSync(join(folder, "kubeconfig"), "utf8"));
    await until(async () => (await status()) === "healthy");
    expect((await get("/api/v1/nodes")).items.map((node) => node.metadata.name)).toEqual(["node-0", "node-1"]);
    expect(processes()).toHaveLength(5);
  });

  test("says who signs its tokens, and where it is reached", { timeout: minute }, async () => {
    const facts = await apiFacts(readFileSync(join(folder, "kubeconfig"), "utf8"));
    expect(facts?.issuer).toMatch(/^https:\/\//);
    expect(facts?.publicKeys[0]).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(facts?.endpoints[0]).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  test("created again it is the same one: it is empty, so it is taken over", { timeout: minute }, async () => {
    const before = processes();
    const result = await send("create", { incarnation: 8 });
    expect((JSON.parse(result.stdout) as { incarnation: number }).incarnation).toBe(8);
    expect(processes()).toEqual(before);
  });

  test("claims bind and Jobs complete", { timeout: 2 * minute }, async () => {
    const container = { name: "c", image: "none:1" };
    const volume = { name: "data", persistentVolumeClaim: { claimName: "data" } };
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } };
    expect(
      await post("/api/v1/namespaces/default/persistentvolumeclaims", { metadata: { name: "data" }, spec: claim }),
    ).toBe(201);
    expect(
      await post("/apis/batch/v1/namespaces/default/jobs", {
        metadata: { name: "once" },
        // Claims bind at the scheduling of their first pod, as in kind.
        spec: { template: { spec: { restartPolicy: "Never", containers: [container], volumes: [volume] } } },
      }),
    ).toBe(201);
    await until(
      async () => (await get("/api/v1/namespaces/default/persistentvolumeclaims")).items[0]?.status.phase === "Bound",
    );
    await until(async () => (await get("/api/v1/namespaces/default/pods")).items[0]?.status.phase === "Succeeded");
  });

  test("stopped and started it is still the same one", { timeout: 3 * minute }, async () => {
    expect((await tool(["stop", name])).code).toBe(0);
    expect([await status(), processes()]).toEqual(["stopped", []]);
    expect((await tool(["start", name])).code).toBe(0);
    expect(await status()).toBe("healthy");
    expect((await get("/api/v1/namespaces/default/persistentvolumeclaims")).items[0]?.metadata.name).toBe("data");
  });

  test("stopped twice and started twice it says so, and a reboot's stale numbers harm nobody", {
    timeout: 3 * minute,
  }, async () => {
    for (const pid of processes()) process.kill(Number(pid), "SIGKILL");
    await until(async () => processes().length === 0);
    // After a reboot the number of a process of the cluster is somebody else's: this test's, for one.
    const pids = join(folder, "kwok", "clusters", name, "pids");
    for (const file of readdirSync(pids)) writeFileSync(join(pids, file), String(process.pid));
    expect((await tool(["stop", name])).stderr).toContain(`${name} is stopped already. Resume it: npm start`);
    expect((await tool(["start", name])).stderr).toContain(`${name} runs, and every node is Ready, after `);
    expect((await tool(["start", name])).stderr).toBe(`${name} runs already, and every node is Ready\n`);
    expect(processes()).toHaveLength(5);
  });

  test("an update starts it too, and changes nothing else", { timeout: 3 * minute }, async () => {
    await tool(["stop", name]);
    const result = await send("update", { incarnation: 8 });
    expect(result.code).toBe(0);
    expect(await status()).toBe("healthy");
  });

  test("created with something in it that no state knows, it is built anew", { timeout: 3 * minute }, async () => {
    expect(await post("/api/v1/namespaces", { metadata: { name: "database" } })).toBe(201);
    const result = await send("create", { incarnation: 9 });
    expect([result.code, result.stderr.includes(`Removing what an earlier run left of ${name}`)]).toEqual([0, true]);
    expect((await get("/api/v1/namespaces")).items.map((item) => item.metadata.name)).not.toContain("database");
  });

  test("with a time to live of seconds it goes by itself, and an up builds it anew", {
    timeout: 3 * minute,
  }, async () => {
    /** The watchdog, which carries the path of the deadline; and not the copies of itself by which a shell starts programs. */
    const watchdogs = (): string[] => {
      const found = having(join(folder, "expires"));
      return found.filter(({ parent }) => !found.some(({ pid }) => pid === parent)).map(({ pid }) => String(pid));
    };
    const limited = { incarnation: 9, ttlSeconds: 6 };
    expect((await send("update", limited)).code).toBe(0);
    const [first, ...others] = watchdogs();
    expect([first === undefined, others]).toEqual([false, []]);
    // Another up moves the deadline, and the same watchdog follows.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect((await send("update", limited)).code).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect([await status(), watchdogs()]).toEqual(["healthy", [first]]);
    await until(async () => processes().length === 0 && watchdogs().length === 0);
    expect(await status()).toBe("absent");
    expect((await tool(["start", name])).stderr).toMatch(/^The time to live of lifecycle-test was over today at/);
    expect(readdirSync(folder).sort()).toEqual(["cluster.json"]);

    expect((await send("create", { incarnation: 10, ttlSeconds: 600 })).code).toBe(0);
    expect([processes().length, watchdogs().length]).toEqual([5, 1]);
  });

  test("deleted, nothing is left, and once more is fine", { timeout: 2 * minute }, async () => {
    expect((await send("delete")).code).toBe(0);
    expect([existsSync(folder), processes()]).toEqual([false, []]);
    // Neither of the cluster nor of its watchdog.
    expect(readdirSync("/proc").filter((pid) => commandLine(pid).includes(folder))).toEqual([]);
    expect((await send("delete")).code).toBe(0);
  });
});
