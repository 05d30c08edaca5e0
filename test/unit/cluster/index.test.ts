import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { ClusterConfig, ImagesConfig, K3dConfig } from "../../../config/schema.ts";
import { type ClusterFacts, createCluster } from "../../../layers/cluster/index.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockApi, mockCharts } from "../../support/cluster.ts";

const kind: ClusterConfig = {
  kind: "kind",
  kubernetes: "1.34",
  workers: 1,
  eviction: "disk-and-memory",
  timeoutSeconds: 300,
};
const k3d: K3dConfig = { kind: "k3d", kubernetes: "1.34", agents: 0, timeoutSeconds: 300 };
const kwok: ClusterConfig = { kind: "kwok", nodes: 1, timeoutSeconds: 60 };
const images: ImagesConfig = { pullThroughCache: false, bake: false, overrides: {}, pullTimeoutSeconds: 600 };
const facts: ClusterFacts = { state: "healthy", incarnation: 7 };

class Layer extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super("test:layer:Layer", name, {}, options);
    new ConfigMap(`${name}-map`, { metadata: { name: "m", namespace: "n" } }, { parent: this });
  }
}

/** The plan of a cluster with one component above it. */
const record = (config: ClusterConfig, found = facts): Promise<Plan> =>
  recordPlan({ stack: "dev" }, async () => {
    const { name, simulated, local, nodePorts, kubeconfig, options } = await createCluster(
      "dev",
      config,
      images,
      found,
      mockCharts,
      async () => mockApi,
    );
    new Layer("layer", options);
    return { name, simulated, local, nodePorts, secret: pulumi.isSecret(kubeconfig) };
  });

const lifecycle = "command:local:Command";
const provider = "pulumi:providers:kubernetes";

const existingFile = (): string => {
  const file = join(mkdtempSync(join(tmpdir(), "strata-")), "config");
  const cluster = { name: "c", cluster: { server: "https://c:6443" } };
  writeFileSync(file, JSON.stringify({ clusters: [cluster], contexts: [{ name: "x", context: { cluster: "c" } }] }));
  return file;
};

describe("a kind cluster", () => {
  test("its handle", async () => {
    expect((await record(kind)).outputs).toEqual({
      name: "strata-dev",
      simulated: false,
      local: true,
      nodePorts: true,
      secret: true,
    });
  });

  test("is one command that is replaced with its configuration or its incarnation, old before new", async () => {
    const command = (await record(kind)).find("cluster-lifecycle", lifecycle);
    const { stdin, triggers, ...rest } = command.inputs;
    const spec = JSON.parse(String(stdin)) as { hash: string; incarnation: number; name: string };
    expect([spec.name, spec.incarnation]).toEqual(["strata-dev", 7]);
    expect(triggers).toEqual([spec.hash, 7]);
    expect(rest).toEqual({
      create: "exec node tools/cluster.mjs create",
      update: "exec node tools/cluster.mjs update",
      delete: "exec node tools/cluster.mjs delete",
      logging: "none",
      addPreviousOutputInEnv: false,
    });
    expect(command.deleteBeforeReplace).toBe(true);
  });

  test("the provider's identity is the command's id, so that another cluster is another identity", async () => {
    const { inputs } = (await record(kind)).find("cluster-provider", provider);
    expect(inputs["clusterIdentifier"]).toBe("cluster-lifecycle-id");
    expect(inputs).toMatchObject({ enableConfigMapMutable: "true", enableSecretMutable: "true" });
  });

  test("what is above it goes with its provider", async () => {
    const plan = await record(kind);
    const owner = plan.find("cluster-provider", provider).urn;
    // The engine hands it down to the children; mocks do not.
    expect(plan.find("layer").deletedWith).toBe(owner);
    expect(plan.find("layer-map").provider).toBe(owner);
  });
});

test("a kwok cluster is simulated", async () => {
  const plan = await record(kwok);
  expect(plan.outputs).toMatchObject({ simulated: true, local: true });
  expect(JSON.parse(String(plan.find("cluster-lifecycle", lifecycle).inputs["stdin"]))).toMatchObject({
    kind: "kwok",
    nodes: 1,
  });
});

test("a k3d cluster runs its pods, on nodes of k3s", async () => {
  const plan = await recordPlan({ stack: "dev" }, async () => {
    const cluster = await createCluster("dev", { ...k3d, agents: 1 }, images, facts, mockCharts, async () => mockApi);
    return { simulated: cluster.simulated, local: cluster.local, image: cluster.images.reference("busybox") };
  });
  expect(plan.outputs).toMatchObject({ simulated: false, local: true, image: "docker.io/library/busybox:1.37.0" });
  expect(JSON.parse(String(plan.find("cluster-lifecycle", lifecycle).inputs["stdin"]))).toMatchObject({ kind: "k3d" });
  expect(JSON.parse(String(plan.find("cluster-images-load-busybox", lifecycle).inputs["stdin"]))).toMatchObject({
    cluster: "strata-dev",
    nodes: ["k3d-strata-dev-server-0", "k3d-strata-dev-agent-0"],
    distribution: "k3s",
  });
});

describe("another kind or node configuration in the stack file", () => {
  const commandOf = async (config: ClusterConfig) => (await record(config)).find("cluster-lifecycle", lifecycle);

  test.each<[string, ClusterConfig, ClusterConfig]>([
    ["kind to kwok", kind, kwok],
    ["kwok to kind", kwok, kind],
    ["kind to k3d", kind, k3d],
    ["another agent", k3d, { ...k3d, agents: 1 }],
    ["one node to two", kwok, { ...kwok, nodes: 2 }],
    ["another node image", kind, { ...kind, kubernetes: "1.35" }],
    ["another port", kind, { ...kind, apiServerPort: 6550 }],
  ])("%s replaces one and the same resource, the old cluster before the new one", async (_, before, after) => {
    const [old, fresh] = [await commandOf(before), await commandOf(after)];
    expect(fresh.urn).toBe(old.urn);
    expect(fresh.inputs["triggers"]).not.toEqual(old.inputs["triggers"]);
    expect([old.deleteBeforeReplace, fresh.deleteBeforeReplace]).toEqual([true, true]);
    // The old one is deleted with what the state remembers of it, so its own kind's tools take it down.
    expect(JSON.parse(String(old.inputs["stdin"]))).toMatchObject({ kind: before.kind });
  });

  test("a time to live changes in place", async () => {
    const [old, fresh] = [await commandOf(kwok), await commandOf({ ...kwok, ttl: "8h" })];
    expect(fresh.inputs["triggers"]).toEqual(old.inputs["triggers"]);
    expect(JSON.parse(String(fresh.inputs["stdin"]))).toMatchObject({ ttlSeconds: 28_800 });
  });
});

describe("an existing cluster", () => {
  const existing = (context: string): ClusterConfig => ({
    kind: "existing",
    kubeconfig: existingFile(),
    context,
    nodePorts: false,
  });

  test("a context that is not there", async () => {
    await expect(record(existing("y"))).rejects.toThrow('has no context "y". It has: x.');
  });

  test("is neither created nor deleted", async () => {
    const plan = await record(existing("x"));
    expect(plan.outputs).toEqual({
      name: "strata-dev",
      simulated: false,
      local: false,
      nodePorts: false,
      secret: true,
    });
    expect(plan.resources.filter((resource) => resource.type === lifecycle)).toEqual([]);
    expect(plan.find("layer").deletedWith).toBe("");
  });

  test("its identity is its address and CA", async () => {
    const { inputs } = (await record(existing("x"))).find("cluster-provider", provider);
    expect(inputs["clusterIdentifier"]).toMatch(/^[0-9a-f]{16}$/);
  });
});
