import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { allChecks, type Check, totals } from "../../../../tools/doctor/checks.ts";
import type { Facts } from "../../../../tools/doctor/facts.ts";
import { renderProblems, renderTable } from "../../../../tools/doctor/table.ts";

const GiB = 2 ** 30;

const good: Facts = {
  stack: "dev-fast",
  os: "linux",
  arch: "x64",
  node: "20.19.0",
  rosetta: false,
  wsl: false,
  cpus: 8,
  memoryBytes: 32 * GiB,
  disks: [{ path: "/cache", purpose: "tools and images", freeBytes: 100 * GiB }],
  engine: {
    state: "running",
    product: "Docker",
    version: "28.0.0",
    arch: "x86_64",
    cpus: 8,
    memoryBytes: 16 * GiB,
    cgroup: "2",
    ownKubernetes: false,
  },
  tools: [
    { name: "kind", wanted: "0.33.0", fits: ">=0.24.0", found: { path: "/bin/kind", version: "0.33.0", from: "PATH" } },
  ],
  go: undefined,
  plugins: { kind: "official", versions: "kubernetes 4" },
  cluster: { name: "strata-dev-fast", kind: "kind", state: "absent", kubernetes: "1.34", nodes: 1, foreign: false },
  ports: [{ port: 30300 }, { port: 30081 }],
  inotify: { watches: 524288, instances: 512 },
  backend: "/state",
};

const running = (changes: Partial<Extract<Facts["engine"], { state: "running" }>>): Facts => {
  if (good.engine.state !== "running") throw new Error("the good engine runs");
  return { ...good, engine: { ...good.engine, ...changes } };
};

const find = (facts: Facts, name: string): Check | undefined => allChecks(facts).find((entry) => entry.name === name);

describe("a machine that lacks something", () => {
  test.each<[string, Facts, string, Partial<Check>]>([
    [
      "no engine",
      { ...good, engine: { state: "missing" } },
      "container engine",
      { verdict: "FAIL", says: "not installed (no docker command on PATH)" },
    ],
    [
      "offline plugins for a cluster on AWS",
      {
        ...good,
        stack: "eks",
        plugins: { kind: "offline", versions: "kubernetes 4" },
        cluster: { name: "strata-eks", kind: "eks", state: "unknown", nodes: 0, foreign: false },
      },
      "Pulumi plugins",
      {
        verdict: "FAIL",
        remedy: "With a network: STRATA_PLUGINS=official npm start eks. Without: npm run rehearse eks",
      },
    ],
    [
      "a stopped engine",
      { ...good, engine: { state: "stopped", message: "Cannot connect" } },
      "container engine",
      { verdict: "FAIL", says: "installed, but it does not answer: Cannot connect" },
    ],
    [
      "a forbidden socket",
      { ...good, engine: { state: "denied", message: "" } },
      "container engine",
      {
        verdict: "FAIL",
        remedy: "sudo usermod -aG docker $USER, then log in again, or rehearse without one: npm run rehearse",
      },
    ],
    [
      "too little engine memory",
      running({ memoryBytes: 2 * GiB }),
      "engine resources",
      { verdict: "FAIL", says: "8 CPUs, 2.0 GiB memory" },
    ],
    [
      "a small Docker Desktop",
      running({ product: "Docker Desktop", memoryBytes: 6 * GiB }),
      "engine resources",
      {
        verdict: "WARN",
        remedy:
          "8 GiB and 4 CPUs are comfortable; with less, start-up is slower. Give Docker Desktop more in its settings",
      },
    ],
    [
      "Docker Desktop's own Kubernetes",
      running({ ownKubernetes: true }),
      "Docker Desktop Kubernetes",
      { verdict: "WARN" },
    ],
    [
      "an emulated engine",
      { ...running({ arch: "x86_64" }), arch: "arm64" },
      "engine architecture",
      { verdict: "WARN" },
    ],
    [
      "cgroup v1 and a Kubernetes that refuses it",
      { ...running({ cgroup: "1" }), cluster: { ...good.cluster, kubernetes: "1.35" } },
      "cgroups",
      { verdict: "FAIL" },
    ],
    [
      "a full disk",
      { ...good, disks: [{ path: "/c", purpose: "tools", freeBytes: GiB }] },
      "disk",
      { verdict: "FAIL", says: "1.0 GiB free for tools (/c)" },
    ],
    ["little memory", { ...good, memoryBytes: GiB }, "memory", { verdict: "FAIL" }],
    [
      "Rosetta",
      { ...good, os: "darwin", rosetta: true },
      "platform",
      { verdict: "WARN", remedy: "Install the arm64 build of Node.js" },
    ],
    ["Windows", { ...good, os: "win32" }, "platform", { verdict: "FAIL" }],
    [
      "low inotify limits",
      { ...good, inotify: { watches: 8192, instances: 128 } },
      "inotify limits",
      { verdict: "WARN" },
    ],
    [
      "a taken port",
      { ...good, ports: [{ port: 30300, owner: { name: "process nginx (pid 7)", ours: false } }] },
      "port 30300",
      { verdict: "FAIL", says: "taken by process nginx (pid 7)" },
    ],
    [
      "a port that another container has",
      { ...good, ports: [{ port: 30300, owner: { name: "container web", ours: false } }] },
      "port 30300",
      { verdict: "FAIL", remedy: "docker stop web" },
    ],
    [
      "somebody else's cluster of that name",
      { ...good, cluster: { ...good.cluster, foreign: true } },
      "cluster strata-dev-fast",
      { verdict: "FAIL", says: "a kind cluster of that name exists, and strata did not create it" },
    ],
    [
      "somebody else's k3d cluster of that name",
      { ...good, cluster: { ...good.cluster, kind: "k3d", foreign: true } },
      "cluster strata-dev-fast",
      {
        verdict: "FAIL",
        says: "a k3d cluster of that name exists, and strata did not create it",
        remedy:
          "Delete it (k3d cluster delete strata-dev-fast), or set another strata:cluster.name in Pulumi.dev-fast.yaml",
      },
    ],
    [
      "no engine for k3d",
      { ...good, cluster: { ...good.cluster, kind: "k3d" }, engine: { state: "missing" } },
      "container engine",
      { verdict: "FAIL", says: "not installed (no docker command on PATH)" },
    ],
    [
      "a context that does not exist",
      {
        ...good,
        cluster: {
          name: "prod",
          kind: "existing",
          state: "unknown",
          nodes: 0,
          foreign: false,
          problem: 'no context "prod"',
        },
      },
      "cluster prod",
      { verdict: "FAIL", says: 'no context "prod"', remedy: "Correct strata:cluster in Pulumi.dev-fast.yaml" },
    ],
    [
      "a tool in another version",
      {
        ...good,
        tools: [{ name: "kind", wanted: "0.33.0", fits: ">=0.24.0", unfit: { path: "/bin/kind", version: "0.11.0" } }],
      },
      "kind",
      { verdict: "INFO", says: "/bin/kind is 0.11.0, and >=0.24.0 is needed: 0.33.0 will be installed beside it" },
    ],
  ])("%s", (_, facts, name, wanted) => {
    expect(find(facts, name)).toMatchObject(wanted);
  });

  test("every failure has a remedy", () => {
    const bad: Facts = {
      ...good,
      os: "win32",
      memoryBytes: 0,
      disks: [{ path: "/c", purpose: "containers", freeBytes: 0 }],
      engine: { state: "missing" },
      cluster: { ...good.cluster, foreign: true },
      ports: [{ port: 1, owner: { name: "x", ours: false } }],
    };
    const failures = allChecks(bad).filter(({ verdict }) => verdict === "FAIL");
    expect(failures.map(({ name }) => name)).toEqual([
      "platform",
      "memory",
      "disk",
      "container engine",
      "port 1",
      "cluster strata-dev-fast",
    ]);
    expect(failures.every(({ remedy }) => remedy !== undefined)).toBe(true);
  });
});

describe("a machine that is well", () => {
  test("nothing fails and nothing warns", () => {
    const checks = allChecks(good);
    expect(checks.filter(({ verdict }) => verdict === "FAIL" || verdict === "WARN")).toEqual([]);
    expect(totals(checks)).toBe("9 passed, 0 warnings, 0 failed");
    expect(renderProblems(checks)).toEqual([]);
  });

  test("its own cluster's ports and memory are no problem", () => {
    const facts: Facts = {
      ...running({ memoryBytes: 2 * GiB }),
      cluster: { ...good.cluster, state: "healthy" },
      ports: [{ port: 30300, owner: { name: "container strata-dev-fast-control-plane", ours: true } }],
    };
    expect(find(facts, "ports")).toMatchObject({ verdict: "PASS", says: "30300: 1 held by strata-dev-fast itself" });
    expect(allChecks(facts).some(({ verdict }) => verdict === "FAIL")).toBe(false);
  });

  test("a rehearsal needs no engine", () => {
    const facts: Facts = {
      ...good,
      engine: { state: "missing" },
      cluster: { ...good.cluster, kind: "kwok" },
      ports: [],
    };
    expect(find(facts, "container engine")).toEqual({
      name: "container engine",
      verdict: "INFO",
      says: "none that answers; a cluster of kind kwok needs none",
    });
  });

  test("the table puts each remedy under its finding", () => {
    const text = renderTable([{ name: "disk", verdict: "FAIL", says: "full", remedy: "Free some" }], 80);
    expect(stripVTControlCharacters(text)).toBe(
      "FAIL   disk   full\n              → Free some\n\n0 passed, 0 warnings, 1 failed",
    );
  });
});
