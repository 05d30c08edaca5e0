// A chart's life through the real engine and the offline plugin, on a real API server: what a user does to it, in order.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, type Properties, stringAt } from "../../tools/plugins/rpc/values.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";
import { type Engine, type RunResult, startEngine } from "../plugins/engine.ts";
import { packTinyChart } from "../plugins/tiny-chart.ts";

const run = promisify(execFile);
const password = "hunter2-hunter2";
/** Provider, namespace, release and stack. */
const total = 4;

let cluster: TestCluster;
let engine: Engine;
let helm: string;

const log = (): string => join(engine.folder, "helm.log");

/** Calls of helm so far: process id and command line. */
const calls = (): string[] => {
  try {
    return readFileSync(log(), "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
};

const expectOk = (result: RunResult): void => {
  if (result.code !== 0) throw new Error(`the run ended with ${result.code}:\n${result.output}`);
};

const message = async () => at(await cluster.get("v1/ConfigMap", "tiny-settings", "tiny"), "data", "message");

const status = async (): Promise<unknown> => {
  const outputs = JSON.parse(await engine.command("stack", "output", "--json")) as { status: unknown };
  return outputs.status;
};

const records = (): Promise<Properties[]> =>
  cluster.api.list("/api/v1/namespaces/tiny/secrets", { labelSelector: "owner=helm" });

beforeAll(async () => {
  helm = await locate("helm");
  engine = await startEngine("chart-fixture");
  packTinyChart(join(engine.program, ".strata", "charts"));
  const wrapper = join(engine.folder, "helm");
  writeFileSync(wrapper, `#!/bin/sh\necho "$$ $*" >> '${log()}'\nexec '${helm}' "$@"\n`, { mode: 0o755 });
  // Whatever leaves this machine ends at a port where nobody listens.
  const nowhere = "http://127.0.0.1:9";
  Object.assign(engine.env, {
    STRATA_HELM: wrapper,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
  });
  await engine.config({ kubeconfig: join(engine.folder, "none") });
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
  await engine?.close();
}, 120_000);

describe.sequential("a release of a chart", { timeout: 600_000 }, () => {
  test("is previewed without a cluster and without helm", async () => {
    const result = await engine.run("preview");
    expectOk(result);
    expect(result.changes).toEqual({ create: total });
    expect(calls()).toEqual([]);
  });

  test("is installed, hooks first, and is ready", async () => {
    cluster = await startCluster();
    await engine.config({ kubeconfig: cluster.kubeconfig });
    const result = await engine.run("up");
    expectOk(result);
    expect(result.changes).toEqual({ create: total });
    expect(await message()).toBe("hello");
    const web = await cluster.get("apps/v1/Deployment", "tiny", "tiny");
    expect(at(web, "status", "readyReplicas")).toBe(1);
    expect(await status()).toEqual({
      name: "tiny",
      namespace: "tiny",
      revision: 1,
      status: "deployed",
      chart: "tiny",
      version: "1.0.0",
      appVersion: "9.8.7",
    });
  });

  test("leaves no secret in state or on a command line, and no path of this machine", async () => {
    const state = await engine.command("stack", "export");
    expect(state).toContain('".strata/charts/tiny-1.0.0.tgz"');
    expect(state).not.toContain(password);
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).not.toContain(password);
    const stored = await cluster.get("v1/Secret", "tiny-credentials", "tiny");
    expect(Buffer.from(stringAt(stored, "data", "password") ?? "", "base64").toString()).toBe(password);
  });

  test("a second up changes nothing and starts no helm", async () => {
    const result = await engine.run("up");
    expectOk(result);
    expect(result.changes).toEqual({ same: total });
    expect(calls()).toHaveLength(1);
  });

  test("a changed value updates it", async () => {
    await engine.config({ message: "changed" });
    expect((await engine.run("preview")).operations).toContain("update Release tiny");
    expect(calls()).toHaveLength(1);
    const result = await engine.run("up");
    expectOk(result);
    expect(await message()).toBe("changed");
    expect(await status()).toMatchObject({ revision: 2, status: "deployed" });
  });

  test("a hook that fails says which and why, and the corrected program converges", async () => {
    await engine.config({ hook: "fails" });
    const failed = await engine.run("up");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain('release "tiny/tiny" failed: UPGRADE FAILED: pre-upgrade hooks failed');
    expect(failed.output).toMatch(
      /Job "tiny-check": \[DeadlineExceeded\] Job was active longer than specified deadline/,
    );
    expect(failed.output).not.toContain(password);
    await engine.config({ hook: "passes" });
    expectOk(await engine.run("up"));
    expect(await status()).toMatchObject({ status: "deployed" });
    expect((await engine.run("up")).changes).toEqual({ same: total });
  });

  test("a helm that is killed in the middle leaves nothing that stops the next run", async () => {
    await engine.config({ hook: "waits" });
    const before = calls().length;
    const running = engine.run("up");
    for (let i = 0; calls().length === before || !(await cluster.get("batch/v1/Job", "tiny-check", "tiny")); i++) {
      if (i > 300) throw new Error("helm did not begin");
      await sleep(200);
    }
    process.kill(Number(calls().at(-1)?.split(" ")[0]), "SIGKILL");
    const killed = await running;
    expect(killed.code).not.toBe(0);
    expect(killed.output).toContain("helm ended with SIGKILL");
    const revisions = (await records()).map((record) => stringAt(record, "metadata", "labels", "status"));
    expect(revisions).toContain("pending-upgrade");
    await engine.config({ hook: "passes" });
    expectOk(await engine.run("up"));
    expect(await status()).toMatchObject({ status: "deployed" });
  });

  test("values changed by hand are seen by a refresh and set back", async () => {
    const chart = join(engine.program, ".strata", "charts", "tiny-1.0.0.tgz");
    const args = ["upgrade", "tiny", chart, "--namespace", "tiny", "--reuse-values", "--set", "message=by hand"];
    await run(helm, [...args, "--kubeconfig", cluster.kubeconfig]);
    expect(await message()).toBe("by hand");
    const refresh = await engine.run("refresh");
    expectOk(refresh);
    expect(refresh.output).not.toContain(password);
    expectOk(await engine.run("up"));
    expect(await message()).toBe("changed");
  });

  test("a release that the state lost, as by a killed run, is taken up again", async () => {
    await engine.command(
      "state",
      "delete",
      "urn:pulumi:dev::chart-fixture::kubernetes:helm.sh/v3:Release::tiny",
      "--yes",
    );
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual(["create Release tiny"]);
  });

  test("destroy leaves nothing", async () => {
    expectOk(await engine.run("destroy", "--target", "**::tiny"));
    expect(await records()).toEqual([]);
    expect(await message()).toBeUndefined();
    for (const [kind, name] of [
      ["v1/Secret", "tiny-credentials"],
      ["apps/v1/Deployment", "tiny"],
      ["batch/v1/Job", "tiny-check"],
    ] as const)
      expect(await cluster.get(kind, name, "tiny")).toBeUndefined();
  });

  test("an installation that fails is taken up again", async () => {
    await engine.config({ hook: "fails" });
    const failed = await engine.run("up");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain('release "tiny/tiny" failed: failed pre-install');
    await engine.config({ hook: "passes" });
    expectOk(await engine.run("up"));
    expect(await message()).toBe("changed");
    expectOk(await engine.run("destroy", "--target", "**::tiny"));
    expect(await records()).toEqual([]);
  });

  test("somebody else's release in the way is an error, not taken over", async () => {
    const chart = join(engine.program, ".strata", "charts", "tiny-1.0.0.tgz");
    await run(helm, ["install", "tiny", chart, "--namespace", "tiny", "--kubeconfig", cluster.kubeconfig]);
    const result = await engine.run("up");
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('release "tiny/tiny" already exists');
    expect(await message()).toBe("none");
    expectOk(await engine.run("destroy"));
  });
});
