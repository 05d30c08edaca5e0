// Releases of the offline kubernetes plugin: arguments, differences, state and messages as functions.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Cluster } from "../../../tools/plugins/kubernetes/cluster.ts";
import { checkRelease } from "../../../tools/plugins/kubernetes/helm/check.ts";
import { diffRelease } from "../../../tools/plugins/kubernetes/helm/diff.ts";
import { redact, stillThere } from "../../../tools/plugins/kubernetes/helm/failure.ts";
import { findHelm, helmEnvironment, messageIn } from "../../../tools/plugins/kubernetes/helm/program.ts";
import {
  isInterrupted,
  lastRecord,
  objectsOf,
  type ReleaseRecord,
  resourceNames,
} from "../../../tools/plugins/kubernetes/helm/record.ts";
import { releaseOf, uninstallArguments, upgradeArguments } from "../../../tools/plugins/kubernetes/helm/release.ts";
import { liveInputs, stateOf } from "../../../tools/plugins/kubernetes/helm/state.ts";
import type { CheckRequest } from "../../../tools/plugins/rpc/provider.ts";
import { type Properties, secret, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-helm-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (news: Properties, more: Partial<CheckRequest> = {}) =>
  checkRelease(
    {
      urn: "urn",
      type: "kubernetes:helm.sh/v3:Release",
      name: "tiny",
      olds: {},
      news,
      randomSeed: new Uint8Array([1]),
      ...more,
    },
    "apps",
  );

describe("arguments", () => {
  it.each([
    ["no chart", {}, "chart", "missing"],
    ["a chart from the network", { chart: "oci://quay.io/c/x" }, "chart", "from a file or folder, and not from oci://"],
    [
      "a repository",
      { chart: "x", repositoryOpts: { repo: "https://x" } },
      "repositoryOpts",
      "does not serve repositoryOpts",
    ],
    ["values from files", { chart: "x", valueYamlFiles: ["a"] }, "valueYamlFiles", "does not serve valueYamlFiles"],
    [
      "a program that changes what is rendered",
      { chart: "x", postrender: "sed" },
      "postrender",
      "does not serve postrender",
    ],
    ["values that are no object", { chart: "x", values: "a: b" }, "values", "must be an object"],
  ] as const)("refuses %s", (_what, news, property, reason) => {
    expect(check(news as unknown as Properties).failures).toEqual([
      { property, reason: expect.stringContaining(reason) as string },
    ]);
  });

  it("refuses a release without a name where nobody may give it one", () => {
    expect(check({ chart: "x" }, { autonaming: { mode: "disable", name: "" } }).failures?.[0]?.property).toBe("name");
  });

  it("names, places and bounds a release, and leaves out what says nothing", () => {
    const news = {
      chart: "x",
      compat: "true",
      atomic: false,
      values: { a: null, b: {} },
      description: "",
      skipCrds: null,
    };
    expect(check(news).inputs).toEqual({
      chart: "x",
      values: { a: null, b: {} },
      name: expect.stringMatching(/^tiny-[0-9a-f]{8}$/) as string,
      namespace: "apps",
      timeout: 300,
    });
    expect(check({ chart: "x", name: "n", namespace: "m", skipAwait: true }).inputs).toEqual({
      chart: "x",
      name: "n",
      namespace: "m",
      skipAwait: true,
    });
    expect(check({ chart: "x" }, { olds: { name: "tiny-1" } }).inputs["name"]).toBe("tiny-1");
  });

  it("knows a chart by what is in its file, and an unknown one not yet", () => {
    const file = join(folder, "x.tgz");
    writeFileSync(file, "one");
    const first = check({ chart: file }).inputs["checksum"];
    writeFileSync(file, "two");
    expect(check({ chart: file }).inputs["checksum"]).not.toBe(first);
    const unknown = check({ chart: unknownValue, values: unknownValue });
    expect(unknown.failures).toBeUndefined();
    expect(unknown.inputs["checksum"]).toBeUndefined();
  });

  it("keeps what is secret", () => {
    expect(check({ chart: "x", values: { a: secret("s") } }).inputs["values"]).toEqual({ a: secret("s") });
  });
});

describe("helm's command line", () => {
  const release = (inputs: Properties, seconds = 0) =>
    releaseOf({ name: "n", namespace: "ns", chart: "c.tgz", ...inputs }, seconds);

  it("waits a set time, and holds no values", () => {
    const given = release({ values: { password: secret("hidden") }, timeout: 60, waitForJobs: true, skipCrds: true });
    expect(given.values).toEqual({ password: "hidden" });
    const args = upgradeArguments(given, "me").join(" ");
    expect(args).toBe(
      "upgrade --install n c.tgz --namespace ns --timeout 60s --labels strata-resource=me --reset-values --values - --wait --wait-for-jobs --history-max 0 --skip-crds",
    );
    expect(uninstallArguments(given).join(" ")).toBe(
      "uninstall n --namespace ns --ignore-not-found --timeout 60s --wait",
    );
  });

  it("takes the resource's own time first, and does not wait where it is told not to", () => {
    expect(upgradeArguments(release({ timeout: 60 }, 5), "me")).toContain("5s");
    const args = upgradeArguments(release({ skipAwait: true, waitForJobs: true }), "me");
    expect(args).not.toContain("--wait");
    expect(args).not.toContain("--wait-for-jobs");
    expect(args).toContain("300s");
  });

  it("passes null on only where it is asked to", () => {
    expect(release({ values: { a: null } }).values).toEqual({});
    expect(release({ values: { a: null, s: secret(null) }, allowNullValues: true }).values).toEqual({
      a: null,
      s: null,
    });
  });

  it("runs with nothing of the user's helm", () => {
    const env = helmEnvironment({ HELM_KUBECONTEXT: "production", KUBECONFIG: "/other", HOME: "/h" }, "/private", {
      qps: 5,
      burst: 9,
    });
    expect(env).toMatchObject({ HOME: "/h", KUBECONFIG: "/private/kubeconfig", HELM_QPS: "5", HELM_BURST_LIMIT: "9" });
    expect(env).not.toHaveProperty("HELM_KUBECONTEXT");
    expect(env["HELM_CONFIG_HOME"]).toBe("/private/config");
  });

  it("says what to do where there is no helm", () => {
    expect(() => findHelm({ PATH: folder })).toThrow("Run `npm run setup helm`");
    expect(findHelm({ STRATA_HELM: process.execPath })).toBe(process.execPath);
  });
});

describe("differences", () => {
  const inputs = { name: "n", namespace: "ns", chart: "a.tgz", values: { a: 1, b: { c: [1] } }, timeout: 300 };
  const diff = (news: Properties, olds: Properties = inputs, ignoreChanges: string[] = []) =>
    diffRelease({
      id: "ns/n",
      urn: "urn",
      type: "t",
      olds: { ...olds, status: { revision: 3 }, resourceNames: {}, __inputs: secret(olds) },
      oldInputs: olds,
      news,
      ignoreChanges,
    });

  it("finds none where nothing changed, however a secret is marked", () => {
    expect(diff(inputs).changes).toBe(false);
    expect(diff({ ...inputs, values: { a: secret(1), b: { c: [1] } } }).changes).toBe(false);
    expect(diff({ ...inputs, compat: "true", atomic: false }).changes).toBe(false);
  });

  it("names each changed value", () => {
    const { detailed, replaces } = diff({ ...inputs, chart: "b.tgz", values: { b: { c: [1, 2], d: 1 } } });
    expect(detailed).toEqual({
      chart: { kind: "update", inputDiff: true },
      "values.a": { kind: "delete", inputDiff: true },
      "values.b.c": { kind: "update", inputDiff: true },
      "values.b.d": { kind: "add", inputDiff: true },
    });
    expect(replaces).toEqual([]);
  });

  it("sees a null that takes a default away", () => {
    expect(diff({ ...inputs, values: { ...inputs.values, n: null } }).detailed).toEqual({
      "values.n": { kind: "add", inputDiff: true },
    });
  });

  it("replaces for another name or namespace, the old release first", () => {
    expect(diff({ ...inputs, name: "m", namespace: "ms" })).toMatchObject({
      replaces: ["name", "namespace"],
      deleteBeforeReplace: true,
    });
  });

  it("leaves out what is to be ignored", () => {
    expect(diff({ ...inputs, values: { a: 2, b: { c: [2] } } }, inputs, ["values.a", "values.b"]).changes).toBe(false);
  });
});

const manifest = `---
# Source: a comment
---
apiVersion: v1
kind: Service
metadata: { name: a }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: b, namespace: ns }
`;

describe("helm's record", () => {
  const data = (status: string) => {
    const release = {
      version: 2,
      info: { status, description: "why" },
      chart: { metadata: { name: "tiny", version: "1.2.3", appVersion: "9" } },
      config: { a: 1 },
      manifest,
      hooks: [{ manifest: "apiVersion: batch/v1\nkind: Job\nmetadata: { name: h }\n" }],
    };
    const inner = gzipSync(JSON.stringify(release)).toString("base64");
    return { release: Buffer.from(inner).toString("base64") };
  };
  const revision = (version: string, status: string): Properties => ({
    metadata: { name: `r.v${version}`, labels: { version, "strata-resource": "me" } },
    data: data(status),
  });

  it("is read from the newest revision", async () => {
    const list = async () => [revision("2", "superseded"), revision("10", "deployed"), revision("9", "failed")];
    const record = await lastRecord({ list } as unknown as Cluster, { namespace: "ns", name: "n" });
    expect(record).toMatchObject({
      secret: "r.v10",
      owner: "me",
      status: "deployed",
      chart: { name: "tiny", version: "1.2.3", appVersion: "9" },
      values: { a: 1 },
    });
    expect(resourceNames(record?.objects ?? [])).toEqual({
      "Service/v1": ["a"],
      "Deployment.apps/apps/v1": ["ns/b"],
    });
    expect(resourceNames(record?.hooks ?? [])).toEqual({ "Job.batch/batch/v1": ["h"] });
    expect(
      await lastRecord({ list: async () => [] } as unknown as Cluster, { namespace: "ns", name: "n" }),
    ).toBeUndefined();
  });

  it("tells what a killed run left", () => {
    const at = (status: string) => isInterrupted({ status } as ReleaseRecord);
    expect(["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"].every(at)).toBe(true);
    expect(["deployed", "failed", "superseded", "uninstalled"].some(at)).toBe(false);
  });

  it("skips documents that are no objects", () => {
    expect(objectsOf(manifest)).toHaveLength(2);
    expect(objectsOf("")).toEqual([]);
  });
});

describe("state", () => {
  const record: ReleaseRecord = {
    revision: 4,
    status: "deployed",
    owner: "me",
    secret: "s",
    values: { password: "hidden", a: 1 },
    chart: { name: "tiny", version: "1.2.3", appVersion: "9" },
    description: "",
    objects: [],
    hooks: [],
  };
  const inputs = { name: "n", namespace: "ns", chart: "c", values: { password: secret("hidden"), a: 1 } };

  it("has the official plugin's shape, and its secrets stay secret", () => {
    const state = stateOf(inputs, releaseOf(inputs), record);
    expect(state).toEqual({
      ...inputs,
      version: "1.2.3",
      resourceNames: {},
      status: {
        name: "n",
        namespace: "ns",
        revision: 4,
        status: "deployed",
        chart: "tiny",
        version: "1.2.3",
        appVersion: "9",
      },
      __inputs: secret(inputs),
    });
  });

  it("has the values of the cluster where somebody changed them, all secret if one was", () => {
    expect(liveInputs(inputs, record)).toBe(inputs);
    const values = { password: "hidden", a: 2 };
    expect(liveInputs(inputs, { ...record, values })["values"]).toEqual(secret(values));
    expect(liveInputs({ ...inputs, values: { a: 1 } }, { ...record, values })["values"]).toEqual(values);
  });
});

describe("messages", () => {
  it("name what an uninstallation left, and what holds it", async () => {
    const object = (name: string, annotations: Properties = {}): Properties => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, annotations },
    });
    const asked: string[] = [];
    const get = async ({ namespace, name }: { namespace: string; name: string }) => {
      asked.push(`${namespace}/${name}`);
      return name === "gone" ? undefined : { ...object(name), metadata: { name, finalizers: ["a/b"] } };
    };
    const kept = object("kept", { "helm.sh/resource-policy": "keep" });
    const record = { objects: [object("left"), object("gone"), kept] } as unknown as ReleaseRecord;
    expect(await stillThere({ get } as unknown as Cluster, "ns", record)).toEqual([
      'ConfigMap "left" is still there (finalizers: a/b)',
    ]);
    expect(asked).toEqual(["ns/left", "ns/gone"]);
  });

  it("are helm's own sentence", () => {
    const log = "\nW1121 warnings.go: deprecated\nError: INSTALLATION FAILED: failed pre-install: timed out\nmore\n";
    expect(messageIn(log)).toBe("INSTALLATION FAILED: failed pre-install: timed out\nmore");
    expect(messageIn("\nsegfault\n")).toBe("segfault");
  });

  it("hold no secret, neither plain nor encoded", () => {
    const inputs = { values: { a: secret("hunter22"), nested: secret({ b: "hunter2" }), open: "open" } };
    const encoded = Buffer.from("hunter2").toString("base64");
    expect(redact(`cannot parse hunter22, hunter2, ${encoded} and open`, inputs)).toBe(
      "cannot parse [secret], [secret], [secret] and open",
    );
  });
});
