// dev-fast as its user runs it: the commands of the README on the embedded cluster, with a state of its own, in the order of a bad week.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, describe, expect, test } from "vitest";
import { readManualSteps } from "../../tools/report/manual-steps.ts";
import { runSchema } from "../../tools/report/record.ts";
import { stackSections } from "../support/stack-file.ts";

const root = new URL("../..", import.meta.url).pathname;
const state = mkdtempSync(join(tmpdir(), "strata-dev-fast-"));
const stackFolder = join(state, "strata", "stacks", "dev-fast-rehearsal");
const clusterFolder = join(state, "strata", "clusters", "strata-dev-fast-rehearsal");
// A terminal's colours and a CI's switches must not change what the test reads.
const env = { ...process.env, XDG_STATE_HOME: state, NO_COLOR: "1", FORCE_COLOR: "0", CI: "true" };

interface Run {
  readonly code: number | null;
  readonly output: string;
}

interface Event {
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
}

const start = (command: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = env): ChildProcess =>
  spawn(process.execPath, ["tools/run.mjs", command, ...args], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });

const finish = (child: ChildProcess): Promise<Run> =>
  new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });

const run = (command: string, ...args: string[]): Promise<Run> => finish(start(command, args));

const events = (): Event[] =>
  readFileSync(join(stackFolder, "events.jsonl"), "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Event];
      } catch {
        return []; // the last line of a killed run
      }
    });

/** `op Type name` of everything that the last run touched. */
const operations = (): string[] =>
  events().flatMap(({ resourcePreEvent: event }) => {
    if (!event || ["same", "read", "refresh"].includes(event.metadata.op)) return [];
    const [type = "", name = ""] = event.metadata.urn.split("::").slice(2);
    return [`${event.metadata.op} ${type.split(":").at(-1)} ${name}`];
  });

const changes = (): Readonly<Record<string, number>> =>
  events().findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};

const expectOk = ({ code, output }: Run): string => {
  if (code !== 0) throw new Error(`the command ended with ${code}:\n${output}`);
  return output;
};

/** Clients of the cluster that is there now. */
const clusterApi = () => {
  const config = new KubeConfig();
  config.loadFromFile(join(clusterFolder, "kubeconfig"));
  return { core: config.makeApiClient(CoreV1Api), apps: config.makeApiClient(AppsV1Api) };
};

const stateFile = join(state, "strata", "backend", ".pulumi", "stacks", "strata", "dev-fast-rehearsal.json");

const resourcesInState = (): unknown[] =>
  (JSON.parse(readFileSync(stateFile, "utf8")) as { checkpoint: { latest: { resources?: unknown[] } } }).checkpoint
    .latest.resources ?? [];

/** Flags that set a whole section: the engine replaces it, and takes one value at a time. */
const configFlags = (path: string, value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => configFlags(`${path}[${index}]`, item));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, child]) => configFlags(`${path}.${key}`, child));
  return ["--config", `${path}=${String(value)}`];
};

/** Processes that the cluster's folder is part of the command line of. */
const processes = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(clusterFolder);
      } catch {
        return false;
      }
    })
    .map(Number);

const endCluster = async (): Promise<void> => {
  for (const pid of processes()) process.kill(pid, "SIGKILL");
  while (processes().length > 0) await sleep(50);
};

afterAll(async () => {
  await run("destroy", "dev-fast-rehearsal");
  await endCluster();
  rmSync(state, { recursive: true, force: true });
}, 120_000);

describe("dev-fast", { timeout: 600_000 }, () => {
  let created = 0;

  test("a mistake in the stack file ends with one message and no stack trace", async () => {
    const { code, output } = await run(
      "preview",
      "dev-fast",
      "--",
      "--config-path",
      "--config",
      "strata:postgres.storrage=2Gi",
    );
    expect(code).not.toBe(0);
    expect(output).toContain('strata:postgres.storrage: unknown key. Did you mean "storage"?');
    expect(output).not.toMatch(/\n\s+at .*[.:]\d+/);
  });

  test("a preview needs neither engine nor cluster", async () => {
    const output = expectOk(await run("preview", "dev-fast"));
    expect(output).toMatch(/\d+ to create/);
  });

  test("the first run creates everything, waits for it, and says where it is", async () => {
    const output = expectOk(await run("rehearse"));
    expect(Object.keys(changes())).toEqual(["create"]);
    created = changes()["create"] ?? 0;
    expect(created).toBeGreaterThan(90);
    expect(output).toContain("http://localhost:30300");
    expect(output).toContain("simulated");
    expect(output).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY|[:=] ?"?[A-Za-z0-9]{32}\b/);
  });

  test("the second changes nothing", async () => {
    expectOk(await run("rehearse"));
    expect(operations()).toEqual([]);
    expect(changes()).toEqual({ same: created });
  });

  test("both are in the history, with what each waited for", async () => {
    const report = async (...args: string[]) =>
      runSchema.parse(JSON.parse(expectOk(await run("report", "dev-fast-rehearsal", "--format", "json", ...args))));
    const last = await report();
    expect(last).toMatchObject({ temperature: "unchanged", outcome: "succeeded" });
    // The engine counts components and the stack too.
    expect(last.resources.length).toBeGreaterThan(90);
    expect(last.resources.length).toBeLessThan(created);
    expect(last.counts).toEqual({ same: last.resources.length });
    const [cold] = readdirSync(join(state, "strata", "history", "dev-fast-rehearsal"))
      .flatMap((machine) => readdirSync(join(state, "strata", "history", "dev-fast-rehearsal", machine)))
      .filter((name) => name.includes("_kwok_cold_succeeded"));
    const first = await report("--run", cold?.split("_")[0] ?? "none");
    expect(first.resources.filter(({ op, outcome }) => op === "create" && outcome === "done")).toHaveLength(
      last.resources.length,
    );
    expect(first.layers.map(({ layer }) => layer)).toEqual(["cluster", "network", "platform", "apps"]);
    expect(first.criticalPath.steps.map(({ name }) => name)).toContain("cluster-lifecycle");
    expect(first.criticalPath.ratio).toBeGreaterThanOrEqual(1);
    expect(first.host.samples.length).toBeGreaterThan(5);
    expect(first.manualSteps).toEqual(readManualSteps(root));
    expect(first.manualSteps.length).toBeGreaterThan(0);
  });

  test("another tag of one app's image updates one resource", async () => {
    const apps = JSON.parse(stackSections("dev-fast")["apps"] ?? "") as {
      podinfo: { image: string; env: Record<string, string> };
    };
    // A flag's value that looks like a number becomes one, which an environment variable may not be.
    delete apps.podinfo.env["PODINFO_PORT_METRICS"];
    apps.podinfo.image = "ghcr.io/stefanprodan/podinfo:6.9.1";
    expectOk(await run("rehearse", "dev-fast", "--", "--config-path", ...configFlags("strata:apps", apps)));
    expect(operations()).toEqual(["update Deployment podinfo"]);
    expectOk(await run("rehearse"));
    expect(operations()).toEqual(["update Deployment podinfo"]);
  });

  test("drift: none, then each field and object that somebody changed, and the state stays as it is", async () => {
    expect(expectOk(await run("drift", "dev-fast-rehearsal"))).toMatch(/no drift in \d+ objects/);
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

    const before = readFileSync(stateFile, "utf8");
    const { code, output } = await run("drift", "dev-fast-rehearsal");
    expect([code, readFileSync(stateFile, "utf8") === before]).toEqual([2, true]);
    expect(output).toMatch(/Deployment\s+│ apps\/podinfo\s+│ spec\.replicas\s+│ 1\s+│ 3/);
    expect(output).toMatch(/Service\s+│ apps\/podinfo\s+│ \(object\)\s+│ present\s+│ deleted/);
    expect(output).toMatch(/Secret\s+│ database\/postgres-superuser\s+│ data\./);
    for (const value of [old, Buffer.from(old, "base64").toString(), "by hand", "YnkgaGFuZA=="])
      expect(output).not.toContain(value);
    expect(output).toContain("2 fields of 2 objects differ, 1 object is gone");

    expect(output).toContain("PULUMI_K8S_ENABLE_PATCH_FORCE=true npm run rehearse -- dev-fast -- --refresh");
    const force = { ...env, PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
    expectOk(await finish(start("rehearse", ["dev-fast", "--", "--refresh"], force)));
    expect((await apps.readNamespacedDeployment(podinfo)).spec?.replicas).toBe(1);
    expectOk(await run("drift", "dev-fast-rehearsal"));
    // The SDK made the variable an argument of the provider, which the next run takes back: nothing in the cluster changes.
    expectOk(await run("rehearse"));
    expect(operations()).toEqual(["update kubernetes cluster-provider"]);
  });

  test("stopped and resumed, and each twice", async () => {
    expect(expectOk(await run("stop", "dev-fast-rehearsal"))).toContain(
      "Resume it: npm start, or npm run start:cluster",
    );
    expect(processes()).toEqual([]);
    expect(expectOk(await run("stop", "dev-fast-rehearsal"))).toContain("is stopped already");
    const { code, output } = await run("drift", "dev-fast-rehearsal");
    expect([code, output.includes("is stopped, so nothing can be compared")]).toEqual([1, true]);
    expect(expectOk(await run("resume", "dev-fast-rehearsal"))).toContain("every node is Ready, after");
    expect(expectOk(await run("resume", "dev-fast-rehearsal"))).toContain("runs already");
  });

  test("a cluster whose processes ended is started, and nothing in it changes", async () => {
    expect(processes().length).toBeGreaterThan(3);
    await endCluster();
    expectOk(await run("rehearse"));
    expect(operations()).toEqual([]);
    expect(processes().length).toBeGreaterThan(3);
  });

  test("a cluster deleted by hand is built again, with everything in it, by one run", async () => {
    await endCluster();
    rmSync(join(clusterFolder, "kwok"), { recursive: true, force: true });
    const output = expectOk(await run("rehearse"));
    expect(output).not.toContain("unreachable");
    const replaced = operations().filter((operation) => operation.startsWith("create-replacement "));
    expect(replaced).toContain("create-replacement Command cluster-lifecycle");
    expect(replaced).toContain("create-replacement StatefulSet postgres");
    expectOk(await run("rehearse"));
    expect(changes()).toEqual({ same: created });
  });

  test("a node more replaces the cluster and everything in it, and nothing of the old one is left", async () => {
    const old = processes();
    const { core } = clusterApi();
    await core.createNamespace({ body: { metadata: { name: "by-hand" } } });
    const flags = configFlags("strata:cluster", { kind: "kwok", nodes: 2 });
    expectOk(await run("rehearse", "dev-fast", "--", "--config-path", ...flags));
    const fresh = clusterApi().core;
    expect((await fresh.listNode()).items.map((node) => node.metadata?.name)).toEqual(["node-0", "node-1"]);
    const namespaces = (await fresh.listNamespace()).items.map((item) => item.metadata?.name);
    expect([namespaces.includes("apps"), namespaces.includes("by-hand")]).toEqual([true, false]);
    expect(operations()).toContain("create-replacement StatefulSet postgres");
    expect(resourcesInState().filter((resource) => (resource as { delete?: boolean }).delete)).toEqual([]);
    expect([processes().filter((pid) => old.includes(pid)), processes().length]).toEqual([[], old.length]);
  });

  test("destroy leaves nothing: no process, no cluster, no resource in the state; and takes seconds", async () => {
    const started = Date.now();
    expectOk(await run("destroy", "dev-fast-rehearsal"));
    // Four on an idle machine; the suites may have company.
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(processes()).toEqual([]);
    expect(readdirSync(join(state, "strata", "clusters"))).toEqual([]);
    expect(resourcesInState()).toEqual([]);
  });

  test("a run killed in the middle is taken up by the next", async () => {
    const child = start("rehearse");
    const ended = finish(child);
    while (operations().filter((operation) => operation.startsWith("create ")).length < 60) {
      await sleep(200);
      if (child.exitCode !== null) throw new Error(`it ended before it could be killed:\n${(await ended).output}`);
    }
    // The whole group, and the engine's own: nobody gets to clean up.
    for (const pid of [child.pid, ...enginePids()]) if (pid !== undefined) killGroup(pid);
    await ended;
    expectOk(await run("rehearse"));
    expectOk(await run("rehearse"));
    expect(changes()).toEqual({ same: created });
  });

  test("a destroy killed in the middle is finished by the next", async () => {
    const child = start("destroy", ["dev-fast-rehearsal"]);
    const ended = finish(child);
    while (!events().some(({ resourcePreEvent: event }) => event?.metadata.op === "delete")) {
      await sleep(50);
      if (child.exitCode !== null) throw new Error(`it ended before it could be killed:\n${(await ended).output}`);
    }
    for (const pid of [child.pid, ...enginePids()]) if (pid !== undefined) killGroup(pid);
    await ended;
    expect(resourcesInState().length).toBeGreaterThan(90);
    expectOk(await run("destroy", "dev-fast-rehearsal"));
    expect([processes(), readdirSync(join(state, "strata", "clusters")), resourcesInState()]).toEqual([[], [], []]);
  });
});

/** Engine processes that work on this test's state. */
const enginePids = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(join(stackFolder, "events.jsonl"));
      } catch {
        return false;
      }
    })
    .map(Number);

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }
};
