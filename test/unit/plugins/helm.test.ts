// Releases of the offline kubernetes plugin: arguments, helm's command line and differences, as functions.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkRelease } from "../../../tools/plugins/kubernetes/helm/check.ts";
import { diffRelease } from "../../../tools/plugins/kubernetes/helm/diff.ts";
import { findHelm, helmEnvironment } from "../../../tools/plugins/kubernetes/helm/program.ts";
import { releaseOf, uninstallArguments, upgradeArguments } from "../../../tools/plugins/kubernetes/helm/release.ts";
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
