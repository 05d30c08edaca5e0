// dev-fast as its user runs it: the commands of the README on the embedded cluster, with a state of its own, in the order of a bad week.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readManualSteps } from "../../tools/report/manual-steps.ts";
import { runSchema } from "../../tools/report/record.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { having, signal } from "../support/processes.ts";
import { type Run, Strata } from "../support/strata.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-dev-fast-"));
const stacks = join(folder, "stacks");
const stackFile = join(stacks, "Pulumi.dev-fast.yaml");
mkdirSync(stacks);

type StackFile = { config: Record<string, unknown> };
/** Writes the repository's stack file, changed or as it is. */
const writeStack = (change: (config: Record<string, unknown>) => void = () => undefined): void => {
  const file = parse(readFileSync(join(repository, "Pulumi.dev-fast.yaml"), "utf8")) as StackFile;
  change(file.config);
  writeFileSync(stackFile, stringify(file));
};
writeStack();

const strata = new Strata({ stacks, stack: "dev-fast-rehearsal", state: join(folder, "state") });
const onKind = new Strata({ stacks, stack: "dev-fast", state: strata.state });

const expectOk = ({ code, output }: Run): string => {
  if (code !== 0) throw new Error(`the command ended with ${code}:\n${output}`);
  return output;
};
const rehearse = async (...args: string[]): Promise<string> => expectOk(await strata.run("rehearse", ...args));

/** Clients of the cluster that is there now. */
const clusterApi = () => {
  const config = new KubeConfig();
  config.loadFromFile(join(strata.clusterFolder, "kubeconfig"));
  return { core: config.makeApiClient(CoreV1Api), apps: config.makeApiClient(AppsV1Api) };
};

/** Processes of the cluster. */
const processes = (): number[] => having(strata.clusterFolder).map(({ pid }) => pid);

const endCluster = async (): Promise<void> => {
  signal(processes(), "SIGKILL");
  while (processes().length > 0) await sleep(50);
};

afterAll(async () => {
  await strata.run("destroy");
  await strata.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

describe("dev-fast", { timeout: 600_000 }, () => {
  let created = 0;

  test("a mistake in the stack file ends with one message and no stack trace", async () => {
    writeStack((config) => {
      config["strata:postgres"] = { ...(config["strata:postgres"] as object), storrage: "2Gi" };
    });
    const { code, output } = await onKind.run("preview");
    writeStack();
    expect(code).not.toBe(0);
    expect(output).toContain('strata:postgres.storrage: unknown key. Did you mean "storage"?');
    expect(output).not.toMatch(/\n\s+at .*[.:]\d+/);
  });

  test("a preview needs neither engine nor cluster", async () => {
    const output = expectOk(await onKind.run("preview"));
    expect(output).toMatch(/\d+ to create/);
  });

  test("the first run creates everything, waits for it, and says where it is", async () => {
    const output = await rehearse();
    expect(Object.keys(strata.changes)).toEqual(["create"]);
    created = strata.changes["create"] ?? 0;
    expect(created).toBeGreaterThan(90);
    expect(output).toContain("http://localhost:30300");
    expect(output).toContain("simulated");
    expect(output).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY|[:=] ?"?[A-Za-z0-9]{32}\b/);
  });

  test("the second changes nothing", async () => {
    await rehearse();
    expect(strata.operations).toEqual([]);
    expect(strata.changes).toEqual({ same: created });
  });

  test("both are in the history, with what each waited for", async () => {
    const report = async (...args: string[]) =>
      runSchema.parse(JSON.parse(expectOk(await strata.run("report", "--format", "json", ...args))));
    const last = await report();
    expect(last).toMatchObject({ temperature: "unchanged", outcome: "succeeded" });
    // The engine counts components and the stack too.
    expect(last.resources.length).toBeGreaterThan(90);
    expect(last.resources.length).toBeLessThan(created);
    expect(last.counts).toEqual({ same: last.resources.length });
    const [cold] = readdirSync(join(strata.state, "strata", "history", "dev-fast-rehearsal"))
      .flatMap((machine) => readdirSync(join(strata.state, "strata", "history", "dev-fast-rehearsal", machine)))
      .filter((name) => name.includes("_kwok_cold_succeeded"));
    const first = await report("--run", cold?.split("_")[0] ?? "none");
    expect(first.resources.filter(({ op, outcome }) => op === "create" && outcome === "done")).toHaveLength(
      last.resources.length,
    );
    expect(first.layers.map(({ layer }) => layer)).toEqual(["cluster", "network", "platform", "apps"]);
    expect(first.criticalPath.steps.map(({ name }) => name)).toContain("cluster-lifecycle");
    expect(first.criticalPath.ratio).toBeGreaterThanOrEqual(1);
    expect(first.host.samples.length).toBeGreaterThan(5);
    expect(first.manualSteps).toEqual(readManualSteps(repository));
    expect(first.manualSteps.length).toBeGreaterThan(0);
  });

  test("no secret is where it does not belong; one that is put there is found", async () => {
    const other = new Strata({ stacks, stack: "dev-slow", state: strata.state });
    expect(await other.run("audit")).toMatchObject({ code: 1, output: expect.stringContaining('no stack "dev-slow"') });
    strata.env["PULUMI_CONFIG_PASSPHRASE"] = "another";
    const undecided = await strata.run("audit");
    delete strata.env["PULUMI_CONFIG_PASSPHRASE"];
    expect(undecided).toMatchObject({
      code: 1,
      output: expect.stringMatching(/incorrect passphrase[\s\S]*→ The state was encrypted with another passphrase/),
    });

    const clean = expectOk(await strata.run("audit"));
    const [, all] = /none of (\d+) secrets is outside/.exec(clean) ?? [];
    expect(Number(all)).toBeGreaterThan(15);
    // The search finds the cluster's key where it may be, so that "none" means something.
    expect(clean).toMatch(/│ kubeconfig +│ 1 +│ 1 +│ 0600 +│ no /);
    for (const place of ["pulumi stack export", "objects in the cluster, Secrets left out", "engine's events and logs"])
      expect(clean).toMatch(new RegExp(`│ ${place} +│ \\d+ +│ [\\d,]+ KiB +│ none`));

    const generated = Object.values(await strata.secrets()).map(
      (text) => JSON.parse(text) as { result: { plaintext: string } },
    );
    const value = JSON.parse(generated[0]?.result.plaintext ?? "") as string;
    const log = join(strata.state, "strata", "stacks", strata.stack, "planted.log");
    writeFileSync(log, `first\n  Authorization: Basic ${Buffer.from(`admin:${value}`).toString("base64")}\n`);
    const { code, output } = await strata.run("audit");
    rmSync(log);
    expect([code, output.includes(value)]).toEqual([1, false]);
    expect(output).toMatch(
      /stacks\/dev-fast-rehearsal\/planted\.log:2:\d+: generated value RandomPassword \S+ .*base64/,
    );
    expectOk(await strata.run("audit"));
  });

  test("another tag of one app's image updates one resource", async () => {
    writeStack((config) => {
      (config["strata:apps"] as { podinfo: { image: string } }).podinfo.image = "ghcr.io/stefanprodan/podinfo:6.9.1";
    });
    await rehearse();
    expect(strata.operations).toEqual(["update Deployment podinfo"]);
    writeStack();
    await rehearse();
    expect(strata.operations).toEqual(["update Deployment podinfo"]);
  });

  test("drift: none, then each field and object that somebody changed, and the state stays as it is", async () => {
    expect(expectOk(await strata.run("drift"))).toMatch(/no drift in \d+ objects/);
    const { apps, core } = clusterApi();
    const podinfo = { name: "podinfo", namespace: "apps" };
    const deployment = await apps.readNamespacedDeployment(podinfo);
    if (deployment.spec) deployment.spec.replicas = 3;
    await apps.replaceNamespacedDeployment({ ...podinfo, body: deployment });
    const superuser = { name: "postgres-superuser", namespace: "database" };
    const secret = await core.readNamespacedSecret(superuser);
    const [key = "", old = ""] = Object.entries(secret.data ?? {}).find(([name]) => /password/i.test(name)) ?? [];
    await core.replaceNamespacedSecret({
      ...superuser,
      body: { ...secret, data: { ...secret.data, [key]: Buffer.from("by hand").toString("base64") } },
    });
    await core.deleteNamespacedService(podinfo);

    const before = readFileSync(strata.stateFile, "utf8");
    const { code, output } = await strata.run("drift");
    expect([code, readFileSync(strata.stateFile, "utf8") === before]).toEqual([2, true]);
    expect(output).toMatch(/Deployment\s+│ apps\/podinfo\s+│ spec\.replicas\s+│ 1\s+│ 3/);
    expect(output).toMatch(/Service\s+│ apps\/podinfo\s+│ \(object\)\s+│ present\s+│ deleted/);
    expect(output).toMatch(/Secret\s+│ database\/postgres-superuser\s+│ data\./);
    for (const value of [old, Buffer.from(old, "base64").toString(), "by hand", "YnkgaGFuZA=="])
      expect(output).not.toContain(value);
    expect(output).toContain("2 fields of 2 objects differ, 1 object is gone");

    expect(output).toContain("PULUMI_K8S_ENABLE_PATCH_FORCE=true npm run rehearse -- dev-fast -- --refresh");
    strata.env["PULUMI_K8S_ENABLE_PATCH_FORCE"] = "true";
    await rehearse("--", "--refresh");
    delete strata.env["PULUMI_K8S_ENABLE_PATCH_FORCE"];
    expect((await apps.readNamespacedDeployment(podinfo)).spec?.replicas).toBe(1);
    expectOk(await strata.run("drift"));
    // The SDK made the variable an argument of the provider, which the next run takes back: nothing in the cluster changes.
    await rehearse();
    expect(strata.operations).toEqual(["update kubernetes cluster-provider"]);
  });

  test("stopped and resumed, and each twice", async () => {
    expect(expectOk(await strata.run("stop"))).toContain("Resume it: npm start, or npm run start:cluster");
    expect(processes()).toEqual([]);
    expect(expectOk(await strata.run("stop"))).toContain("is stopped already");
    const { code, output } = await strata.run("drift");
    expect([code, output.includes("is stopped, so nothing can be compared")]).toEqual([1, true]);
    expect(expectOk(await strata.run("resume"))).toContain("every node is Ready, after");
    expect(expectOk(await strata.run("resume"))).toContain("runs already");
  });

  test("a cluster whose processes ended is started, and nothing in it changes", async () => {
    expect(processes().length).toBeGreaterThan(3);
    await endCluster();
    await rehearse();
    expect(strata.operations).toEqual([]);
    expect(processes().length).toBeGreaterThan(3);
  });

  test("a cluster deleted by hand is built again, with everything in it, by one run", async () => {
    await endCluster();
    rmSync(join(strata.clusterFolder, "kwok"), { recursive: true, force: true });
    const output = await rehearse();
    expect(output).not.toContain("unreachable");
    const replaced = strata.operations.filter((operation) => operation.startsWith("create-replacement "));
    expect(replaced).toContain("create-replacement Command cluster-lifecycle");
    expect(replaced).toContain("create-replacement StatefulSet postgres");
    await rehearse();
    expect(strata.changes).toEqual({ same: created });
  });

  test("a node more replaces the cluster and everything in it, and nothing of the old one is left", async () => {
    const old = processes();
    const { core } = clusterApi();
    await core.createNamespace({ body: { metadata: { name: "by-hand" } } });
    writeStack((config) => {
      config["strata:cluster"] = { kind: "kwok", nodes: 2 };
    });
    await rehearse();
    const fresh = clusterApi().core;
    expect((await fresh.listNode()).items.map((node) => node.metadata?.name)).toEqual(["node-0", "node-1"]);
    const namespaces = (await fresh.listNamespace()).items.map((item) => item.metadata?.name);
    expect([namespaces.includes("apps"), namespaces.includes("by-hand")]).toEqual([true, false]);
    expect(strata.operations).toContain("create-replacement StatefulSet postgres");
    expect(strata.resources.filter((resource) => resource.delete)).toEqual([]);
    expect([processes().filter((pid) => old.includes(pid)), processes().length]).toEqual([[], old.length]);
  });

  test("destroy leaves nothing: no process, no cluster, no resource in the state; and takes seconds", async () => {
    const started = Date.now();
    expectOk(await strata.run("destroy"));
    // Four on an idle machine; the suites may have company.
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(processes()).toEqual([]);
    expect(readdirSync(join(strata.state, "strata", "clusters"))).toEqual([]);
    expect(strata.resources).toEqual([]);
    expect(await strata.run("audit")).toMatchObject({
      code: 1,
      output: expect.stringContaining("is not up: its state"),
    });
  });
});
