import { describe, expect, test } from "vitest";
import { type Deployment, kubernetesId, type PendingOperation, repair } from "../../../../tools/engine/pending.ts";

const deployment = (name: string, namespace?: string) => ({
  urn: `urn:pulumi:s::p::kubernetes:apps/v1:Deployment::${name}`,
  type: "kubernetes:apps/v1:Deployment",
  inputs: { metadata: { name, ...(namespace && { namespace }) } },
});

const creating = (resource: PendingOperation["resource"]): PendingOperation => ({ type: "creating", resource });

describe("kubernetesId", () => {
  test.each([
    ["namespaced", deployment("web", "apps"), "apps/web"],
    ["cluster-scoped", deployment("web"), "web"],
    ["no name yet", { urn: "u", type: "kubernetes:core/v1:Secret", inputs: { metadata: {} } }, undefined],
    ["a Helm release is no object", { ...deployment("r", "n"), type: "kubernetes:helm.sh/v3:Release" }, undefined],
    ["not Kubernetes", { urn: "u", type: "command:local:Command", inputs: { metadata: { name: "x" } } }, undefined],
  ])("%s", (_, resource, id) => {
    expect(kubernetesId(resource)).toBe(id);
  });
});

describe("repair", () => {
  test("an interrupted creation of an object enters the state under its id, to be looked at", () => {
    const state: Deployment = {
      resources: [deployment("db", "data")],
      pending_operations: [creating(deployment("web", "apps"))],
    };
    const { deployment: repaired, adopted, dropped } = repair(state);
    expect(adopted).toEqual(["urn:pulumi:s::p::kubernetes:apps/v1:Deployment::web"]);
    expect(dropped).toEqual([]);
    expect(repaired.pending_operations).toEqual([]);
    expect(repaired.resources?.[1]).toEqual({
      ...deployment("web", "apps"),
      id: "apps/web",
      outputs: { metadata: { name: "web", namespace: "apps" } },
    });
  });

  test("commands, random values, updates and deletes are dropped: they run again", () => {
    const command = { urn: "c", type: "command:local:Command", inputs: {} };
    const operations: PendingOperation[] = [
      creating(command),
      { type: "updating", resource: deployment("a", "n") },
      { type: "deleting", resource: deployment("b", "n") },
    ];
    const { deployment: repaired, adopted, dropped } = repair({ resources: [], pending_operations: operations });
    expect(adopted).toEqual([]);
    expect(dropped).toEqual(operations);
    expect(repaired).toEqual({ resources: [], pending_operations: [] });
  });

  test("a replacement whose old self is still in the state is not doubled", () => {
    const old = deployment("web", "apps");
    expect(repair({ resources: [old], pending_operations: [creating(old)] }).adopted).toEqual([]);
    expect(repair({ resources: [{ ...old, delete: true }], pending_operations: [creating(old)] }).adopted).toEqual([
      old.urn,
    ]);
  });

  test("nothing pending, nothing changed", () => {
    expect(repair({ resources: [deployment("a")] }).deployment.resources).toEqual([deployment("a")]);
  });
});
