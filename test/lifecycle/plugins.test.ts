// The offline plugins through the real engine on a real API server: what a user does to a stack, in order.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, stringAt } from "../../tools/plugins/rpc/values.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";
import { type Engine, type RunResult, startEngine } from "../plugins/engine.ts";

const total = 29;

let cluster: TestCluster;
let engine: Engine;
const deleted = (): string => join(engine.folder, "deleted");

const expectOk = (result: RunResult): void => {
  if (result.code !== 0) throw new Error(`the run ended with ${result.code}:\n${result.output}`);
};

const until = async (what: string, test: () => Promise<boolean> | boolean, seconds = 60): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(200);
  }
};

/** Plugin processes of that Pulumi home. */
const plugins = (home: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${home}/plugins/`);
      } catch {
        return false;
      }
    });

beforeAll(async () => {
  engine = await startEngine();
  await engine.config({ kubeconfig: join(engine.folder, "none"), deleted: deleted() });
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
  await engine?.close();
}, 120_000);

describe.sequential("offline plugins", { timeout: 900_000 }, () => {
  test("preview works without a cluster", async () => {
    const result = await engine.run("preview");
    expectOk(result);
    expect(result.changes).toEqual({ create: total });
    expect(result.output.match(/strata's offline plugin is in use/g)?.length).toBeGreaterThan(0);
  });

  test("up creates everything and waits for what must be ready", async () => {
    cluster = await startCluster();
    await engine.config({ kubeconfig: cluster.kubeconfig });
    const result = await engine.run("up");
    expectOk(result);
    expect(result.changes).toEqual({ create: total });
    expect(
      result.output.match(/^ {4}kubernetes 4\.\d+\.\d+: strata's offline plugin is in use, not the official one$/gm),
    ).toHaveLength(1);
    const web = await cluster.get("apps/v1/Deployment", "web", "fixture");
    expect(at(web, "status", "readyReplicas")).toBe(2);
    const outputs = JSON.parse(await engine.command("stack", "output", "--json", "--show-secrets")) as {
      outputs: Record<string, unknown>;
      password_: string;
      hash: string;
      stored: Record<string, string>;
    };
    expect(outputs.outputs).toMatchObject({
      readyReplicas: 2,
      claim: "Pending",
      hook: "in\ncreate hello",
      hookErrors: "warned",
    });
    expect(outputs.password_).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(outputs.hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(Buffer.from(outputs.stored["password"] ?? "", "base64").toString()).toBe(outputs.password_);
    const state = await engine.command("stack", "export");
    expect(state).not.toContain(outputs.password_);
    expect(state).not.toContain(outputs.stored["password"]);
    expect(state).not.toContain("certificate-authority");
  });

  test("a second up changes nothing", async () => {
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual([]);
    expect(result.changes).toEqual({ same: total });
  });

  test("one changed value updates one resource", async () => {
    await engine.config({ label: "blue" });
    const preview = await engine.run("preview");
    expectOk(preview);
    // A pod template is shared by three updatable workloads; a Job's cannot change in place.
    expect(preview.operations).toEqual([
      "create-replacement Job job",
      "delete-replaced Job job",
      "replace Job job",
      "update DaemonSet agent",
      "update Deployment web",
      "update StatefulSet database",
    ]);
    await engine.config({ label: "" });
    await engine.config({ clusterIdentifier: "fixture", budget: "40%" });
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual(["update PodDisruptionBudget budget"]);
    expect(result.changes).toEqual({ same: total - 1, update: 1 });
    const budget = await cluster.get("policy/v1/PodDisruptionBudget", "web", "fixture");
    expect(at(budget, "spec", "maxUnavailable")).toBe("40%");
  });

  test("an immutable field replaces: the old object first, since both have one name", async () => {
    const before = await cluster.get("apps/v1/Deployment", "web", "fixture");
    await engine.config({ selector: "web2" });
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual([
      "create-replacement Deployment web",
      "delete-replaced Deployment web",
      "replace Deployment web",
      "update PodDisruptionBudget budget",
      "update Service service",
    ]);
    const after = await cluster.get("apps/v1/Deployment", "web", "fixture");
    expect(at(after, "spec", "selector")).toEqual({ matchLabels: { app: "web2" } });
    expect(stringAt(after, "metadata", "uid")).not.toBe(stringAt(before, "metadata", "uid"));
  });

  test("a changed trigger replaces a command", async () => {
    await engine.config({ trigger: "2" });
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual([
      "create-replacement Command hook",
      "delete-replaced Command hook",
      "replace Command hook",
    ]);
    expect(readFileSync(deleted(), "utf8")).toBe("delete hello\n");
  });

  test("a failed wait says why, and the corrected program converges", async () => {
    await engine.config({ broken: "true", timeout: "5s" });
    const failed = await engine.run("up");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain(
      "the Kubernetes API server reported that \"fixture/web\" failed to fully initialize or become live: 'web' timed out waiting to be Ready",
    );
    expect(failed.output).toMatch(
      /\[Pod fixture\/web-[a-z0-9-]+\]: 0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector/,
    );
    await engine.config({ broken: "false", timeout: "180s" });
    const fixed = await engine.run("up");
    expectOk(fixed);
    expect(fixed.operations).toEqual(["update Deployment web"]);
    const settled = await engine.run("up");
    expectOk(settled);
    expect(settled.operations).toEqual([]);
  });

  test("an up that is killed in the middle leaves no process, and the next one converges", async () => {
    // Gone, so that the killed run is in the middle of creating it.
    await cluster.delete("apps/v1/Deployment", "web", "fixture");
    await until("the Deployment is gone", async () => !(await cluster.get("apps/v1/Deployment", "web", "fixture")));
    expectOk(await engine.run("refresh"));
    await engine.config({ broken: "true", timeout: "600s" });
    const child = engine.start("up");
    const marker = engine.env["PULUMI_HOME"] ?? "";
    await until(
      "the Deployment exists",
      async () => (await cluster.get("apps/v1/Deployment", "web", "fixture")) !== undefined,
      120,
    );
    const children = plugins(marker);
    expect(children.length).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await until("the plugins end with their engine", () => plugins(marker).length === 0, 30);
    await engine.command("cancel", "--yes");
    await engine.config({ broken: "false", timeout: "180s" });
    const result = await engine.run("up");
    expectOk(result);
    const after = await engine.run("up");
    expectOk(after);
    expect(after.operations).toEqual([]);
    expect(after.changes).toEqual({ same: total });
  });

  test("an object deleted by hand comes back after a refresh", async () => {
    await cluster.delete("v1/ConfigMap", "settings", "fixture");
    await until("the ConfigMap is gone", async () => !(await cluster.get("v1/ConfigMap", "settings", "fixture")));
    expectOk(await engine.run("refresh"));
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual(["create ConfigMap settings"]);
  });

  test("a value changed by hand is seen by a refresh and set back", async () => {
    const map = await cluster.get("v1/ConfigMap", "settings", "fixture");
    await cluster.api.apply(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "fixture" },
        data: { message: "by hand" },
      },
      { manager: "kubectl", force: true, dryRun: false },
    );
    expect(at(map, "data", "message")).toBe("hello");
    expectOk(await engine.run("refresh"));
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual(["update ConfigMap settings"]);
    expect(at(await cluster.get("v1/ConfigMap", "settings", "fixture"), "data", "message")).toBe("hello");
  });

  test("refresh of an unchanged stack finds nothing, and the up after it does nothing", async () => {
    expectOk(await engine.run("refresh"));
    const result = await engine.run("up");
    expectOk(result);
    expect(result.operations).toEqual([]);
  });

  test("a foreign object in the way is an error, not taken over", async () => {
    await cluster.api.apply(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "added", namespace: "fixture" },
        data: { owner: "someone" },
      },
      { manager: "someone", force: false, dryRun: false },
    );
    await engine.config({ added: "true" });
    const result = await engine.run("up");
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('ConfigMap "added" already exists');
    expect(at(await cluster.get("v1/ConfigMap", "added", "fixture"), "data")).toEqual({ owner: "someone" });
    await engine.config({ added: "false" });
  });

  test("destroy leaves nothing", async () => {
    const result = await engine.run("destroy");
    expectOk(result);
    expect(await cluster.get("v1/Namespace", "fixture")).toBeUndefined();
    expect(await cluster.get("storage.k8s.io/v1/StorageClass", "fixture")).toBeUndefined();
    expect(await cluster.get("rbac.authorization.k8s.io/v1/ClusterRole", "fixture")).toBeUndefined();
    expect(
      await cluster.get("apiextensions.k8s.io/v1/CustomResourceDefinition", "widgets.example.com"),
    ).toBeUndefined();
    expect(readFileSync(deleted(), "utf8")).toBe("delete hello\ndelete hello\n");
    const state = JSON.parse(await engine.command("stack", "export")) as { deployment: { resources?: unknown[] } };
    expect(state.deployment.resources ?? []).toEqual([]);
  });

  test("without the cluster a delete fails with the way out, and takes it when told to", async () => {
    const up = await engine.run("up", "--target", "**::cluster", "--target", "**::namespace");
    expectOk(up);
    await cluster.stop();
    const refused = await engine.run("destroy");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("configured Kubernetes cluster is unreachable");
    expect(refused.output).toContain("PULUMI_K8S_DELETE_UNREACHABLE");
    Object.assign(engine.env, { PULUMI_K8S_DELETE_UNREACHABLE: "true" });
    expectOk(await engine.run("destroy"));
  });
});
