// The kubernetes plugin as a writer of files: what GitOps delivers is registered with it, and no cluster is asked.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { diffConfig } from "../../../tools/plugins/kubernetes/config.ts";
import { KubernetesPlugin } from "../../../tools/plugins/kubernetes/provider.ts";
import { type Properties, secret, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const urn = "urn:pulumi:s::p::kubernetes:apps/v1:Deployment::web";
const type = "kubernetes:apps/v1:Deployment";
const deployment = (replicas: number, name = "web"): Properties => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "apps", annotations: { "pulumi.com/waitFor": "condition=Never" } },
  spec: { replicas },
});

let folder: string;
let plugin: KubernetesPlugin;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "strata-render-"));
  plugin = new KubernetesPlugin("0.0.0", { message: () => undefined, status: () => undefined });
  await plugin.configure({ "kubernetes:config:renderYamlToDirectory": folder, "kubernetes:config:kubeconfig": "" });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request = { urn, type, name: "web", timeoutSeconds: 0 };
const file = (name = "web") => join(folder, "1-manifest", `apps_v1-deployment-apps-${name}.yaml`);
const create = (inputs: Properties, preview = false) => plugin.create({ ...request, inputs, preview });
const update = (olds: Properties, inputs: Properties, preview = false) =>
  plugin.update({ ...request, id: "apps/web", olds, inputs, oldInputs: {}, ignoreChanges: [], preview } as never);

describe("objects are files", () => {
  test("made, changed, moved and removed, without a wait", async () => {
    const { id, properties } = await create(deployment(1));
    expect(id).toBe("apps/web");
    expect(parse(readFileSync(file(), "utf8"))).toEqual(deployment(1));
    expect(properties).toMatchObject({ spec: { replicas: 1 }, __initialApiVersion: "apps/v1" });
    const changed = await update(properties, deployment(2));
    expect(parse(readFileSync(file(), "utf8"))).toEqual(deployment(2));
    const moved = await update(changed.properties, deployment(2, "other"));
    expect([existsSync(file()), existsSync(file("other"))]).toEqual([false, true]);
    const gone = { ...request, id: "apps/other", properties: moved.properties } as never;
    await plugin.delete(gone);
    await plugin.delete(gone);
    expect(readdirSync(join(folder, "1-manifest"))).toEqual([]);
  });

  test("a preview writes none, with values that nobody knows yet too", async () => {
    await create({ ...deployment(1), spec: { paused: unknownValue } }, true);
    expect(readdirSync(folder)).toEqual([]);
    const { properties } = await create(deployment(1));
    await update(properties, deployment(2), true);
    expect(parse(readFileSync(file(), "utf8"))).toEqual(deployment(1));
  });

  test("a second run sees no change, and a changed input one", async () => {
    const { properties } = await create(deployment(1));
    const diff = (news: Properties) =>
      plugin.diff({ urn, type, name: "web", id: "apps/web", olds: properties, news, ignoreChanges: [] } as never);
    expect((await diff(deployment(1))).changes).toBe(false);
    expect(await diff(deployment(2))).toMatchObject({ changes: true, replaces: [] });
    const read = await plugin.read({
      urn,
      type,
      name: "web",
      id: "apps/web",
      properties,
      inputs: deployment(1),
    } as never);
    expect(read).toMatchObject({ id: "apps/web", properties });
  });

  test("a secret is refused: a file would show it", async () => {
    await expect(create({ ...deployment(1), spec: { template: secret("hidden") } })).rejects.toThrow(
      "apps/web holds a secret, which a rendered file would show",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a chart's release is refused: what it comes to is Helm's to say", async () => {
    const release = { ...request, type: "kubernetes:helm.sh/v3:Release", inputs: {}, preview: false };
    await expect(plugin.create(release)).rejects.toThrow("a Release can't be rendered");
  });
});

describe("arguments", () => {
  test("a folder and a cluster exclude each other", async () => {
    const check = (more: Properties) =>
      plugin.checkConfig({
        urn: "",
        type: "",
        name: "",
        olds: {},
        news: { renderYamlToDirectory: "x", ...more },
      } as never);
    expect((await check({ kubeconfig: "apiVersion: v1" })).failures).toEqual([
      { property: "kubeconfig", reason: '"kubeconfig" arg is not compatible with "renderYamlToDirectory" arg' },
    ]);
    expect((await check({ kubeconfig: "" })).failures).toBeUndefined();
  });

  test("another folder is another provider", () => {
    const [olds, news] = [{ renderYamlToDirectory: "a" }, { renderYamlToDirectory: "b" }];
    expect(diffConfig({ olds, news })).toMatchObject({ replaces: ["renderYamlToDirectory"] });
  });
});
