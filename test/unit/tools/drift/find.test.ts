import { describe, expect, test } from "vitest";
import { type Drift, findDrift, type LiveObjects } from "../../../../tools/drift/find.ts";
import { type ExportedResource, marked, wantedOf } from "../../../../tools/drift/state.ts";
import { renderDrift, summarizeDrift } from "../../../../tools/drift/table.ts";
import { NoSuchKind } from "../../../../tools/plugins/kubernetes/discovery.ts";
import type { Properties } from "../../../../tools/plugins/rpc/values.ts";

const provider = "urn:p::id";
const secretValue = (value: unknown): Properties => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

const resource = (type: string, id: string, rest: Properties, changes: Partial<ExportedResource> = {}) => {
  const [namespace = "", name = ""] = id.includes("/") ? id.split("/") : ["", id];
  const [, module = "", kind = ""] = type.split(":");
  const metadata: Properties = { name, ...(namespace && { namespace }) };
  const apiVersion = module.replace(/^core\//, "");
  return { urn: `urn:${type}:${id}`, type, id, provider, inputs: { apiVersion, kind, metadata, ...rest }, ...changes };
};

const providerResource: ExportedResource = {
  urn: "urn:p",
  id: "id",
  type: "pulumi:providers:kubernetes",
  inputs: { kubeconfig: secretValue("the kubeconfig") },
};

/** A cluster that holds these objects, by kind/namespace/name. */
const cluster = (objects: Readonly<Record<string, Properties>>): LiveObjects => ({
  get: async ({ identity, namespace, name }) => {
    if (identity.kind === "Unknown") throw new NoSuchKind(identity);
    return objects[`${identity.kind}/${namespace}/${name}`];
  },
  list: async () => Promise.reject(new Error("no such API")),
});

const drift = (resources: readonly ExportedResource[], objects: Readonly<Record<string, Properties>>) =>
  findDrift(wantedOf([providerResource, ...resources]), cluster(objects));

const rows = async (found: Promise<readonly Drift[]>) =>
  (await found).map(({ kind, namespace, name, path, wanted, live }) => [
    kind,
    `${namespace}/${name}`,
    path,
    wanted,
    live,
  ]);

describe("the state", () => {
  test("its provider and its objects; nothing that is to be deleted, read only, or no object", () => {
    const map = resource("kubernetes:core/v1:ConfigMap", "n/a", { data: { k: "v" } });
    const wanted = wantedOf([
      providerResource,
      map,
      { ...map, id: "n/old", delete: true },
      { ...map, id: "n/read", external: true },
      { urn: "u", type: "random:index/randomPassword:RandomPassword", id: "x", inputs: {} },
      { urn: "u", type: "kubernetes:helm.sh/v3:Release", id: "n/r", provider, inputs: {} },
    ]);
    expect(wanted.objects.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(["n/a"]);
    expect(wanted.provider).toEqual({ kubeconfig: "the kubeconfig" });
  });

  test("of an empty stack", () => {
    expect(wantedOf([])).toEqual({ objects: [], provider: undefined, secrets: new Set() });
  });

  test("a secret inside a secret", () => {
    const found = wantedOf([{ urn: "u", type: "t", inputs: { a: secretValue({ b: ["password"] }) } }]).secrets;
    expect([...found]).toEqual(["password", Buffer.from("password").toString("base64")]);
    expect(marked([1, "a"])).toEqual([1, "a"]);
  });
});

describe("what is found", () => {
  test("a deleted object, one whose kind is gone, and one on its way out", async () => {
    const found = await rows(
      drift(
        [
          resource("kubernetes:core/v1:ConfigMap", "n/a", {}),
          resource("kubernetes:x.io/v1:Unknown", "n/b", {}),
          resource("kubernetes:core/v1:Namespace", "n", {}),
        ],
        { "Namespace//n": { metadata: { name: "n", deletionTimestamp: "2026-01-01T00:00:00Z" } } },
      ),
    );
    expect(found).toEqual([
      ["ConfigMap", "n/a", "", "present", "deleted"],
      ["Unknown", "n/b", "", "present", "deleted"],
      ["Namespace", "/n", "", "present", "being deleted"],
    ]);
  });

  test("not a finished Job that goes by itself; one that stays is missed", async () => {
    const job = (id: string, spec: Properties) => resource("kubernetes:batch/v1:Job", id, { spec });
    expect(await rows(drift([job("n/a", { ttlSecondsAfterFinished: 60 }), job("n/b", {})], {}))).toEqual([
      ["Job", "n/b", "", "present", "deleted"],
    ]);
  });

  test("not the replicas of what the program autoscales", async () => {
    const found = drift(
      [
        resource("kubernetes:apps/v1:Deployment", "n/a", { spec: { replicas: 1 } }),
        resource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "n/h", {
          spec: { scaleTargetRef: { kind: "Deployment", name: "a" } },
        }),
      ],
      {
        "Deployment/n/a": {
          kind: "Deployment",
          apiVersion: "apps/v1",
          metadata: { name: "a", namespace: "n" },
          spec: { replicas: 3 },
        },
        "HorizontalPodAutoscaler/n/h": {
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: { name: "h", namespace: "n" },
          spec: { scaleTargetRef: { kind: "Deployment", name: "a" } },
        },
      },
    );
    expect(await rows(found)).toEqual([]);
  });
});

describe("secrets are never shown", () => {
  const b64 = (text: string): string => Buffer.from(text).toString("base64");
  const head = (kind: string) => ({ apiVersion: "v1", kind, metadata: { name: "a", namespace: "n" } });

  test("of a Secret, marked or not, written as text or as data", async () => {
    const found = await rows(
      drift(
        [
          resource("kubernetes:core/v1:Secret", "n/a", {
            stringData: { password: secretValue("hunter22"), same: "not marked", gone: "value" },
          }),
        ],
        { "Secret/n/a": { ...head("Secret"), data: { password: b64("by hand"), same: b64("not marked") } } },
      ),
    );
    expect(found).toEqual([
      ["Secret", "n/a", "data.password", "(secret)", "(another secret)"],
      ["Secret", "n/a", "data.gone", "(secret)", "(none)"],
    ]);
  });

  test("where one turns up in a field that is none", async () => {
    const found = await rows(
      drift(
        [
          resource("kubernetes:core/v1:Secret", "n/s", { stringData: { password: secretValue("hunter22") } }),
          resource("kubernetes:core/v1:ConfigMap", "n/a", { data: { url: "http://host", plain: "old" } }),
        ],
        {
          "Secret/n/s": {
            ...head("Secret"),
            metadata: { name: "s", namespace: "n" },
            data: { password: b64("hunter22") },
          },
          "ConfigMap/n/a": { ...head("ConfigMap"), data: { url: "http://u:hunter22@host", plain: "new" } },
        },
      ),
    );
    expect(found).toEqual([
      ["ConfigMap", "n/a", "data.url", "http://host", "(secret)"],
      ["ConfigMap", "n/a", "data.plain", "old", "new"],
    ]);
  });
});

test("the table and its sum", () => {
  const drifts: Drift[] = [
    { kind: "Deployment", namespace: "apps", name: "podinfo", path: "spec.replicas", wanted: "1", live: "3" },
    { kind: "Namespace", namespace: "", name: "apps", path: "", wanted: "present", live: "deleted" },
  ];
  const text = renderDrift(drifts, 120);
  expect(text).toMatch(/Deployment\s+│ apps\/podinfo\s+│ spec\.replicas\s+│ 1\s+│ 3/);
  expect(text).toMatch(/Namespace\s+│ apps\s+│ \(object\)\s+│ present\s+│ deleted/);
  expect(summarizeDrift(drifts)).toBe("1 field of 1 object differs, 1 object is gone");
});

test("what GitOps delivers is not compared: its provider writes files, and the engine puts drift right", () => {
  const files: ExportedResource = {
    urn: "urn:files",
    id: "f",
    type: "pulumi:providers:kubernetes",
    inputs: { renderYamlToDirectory: ".strata/gitops/site" },
  };
  const delivered = resource("kubernetes:core/v1:ConfigMap", "n/delivered", {}, { provider: "urn:files::f" });
  const own = resource("kubernetes:core/v1:ConfigMap", "n/own", {});
  const wanted = wantedOf([files, delivered, providerResource, own]);
  expect(wanted.objects.map(({ name }) => name)).toEqual(["own"]);
  expect(wanted.provider).toHaveProperty("kubeconfig");
});
