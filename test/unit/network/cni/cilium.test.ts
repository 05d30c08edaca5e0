import { describe, expect, test } from "vitest";
import { ciliumValues } from "../../../../layers/network/cni/cilium-values.ts";
import { createCni } from "../../../../layers/network/cni/index.ts";
import { type ChartImage, imageParts } from "../../../../lib/chart-images.ts";
import type { ClusterHandle } from "../../../../lib/handles.ts";
import { recordPlan } from "../../../../tools/plan/record.ts";
import { charts } from "../../../../versions.ts";
import { mockCluster } from "../../../support/cluster.ts";
import { networkConfig } from "../../../support/network.ts";

const record = (cni: Record<string, unknown>, cluster: Partial<ClusterHandle> = {}) =>
  recordPlan({ stack: "test" }, () => ({ ...createCni(mockCluster(cluster), networkConfig({ cni })) }));

describe("the pod network", () => {
  test("of the cluster itself installs nothing", async () => {
    const plan = await record({ kind: "default" });
    expect(plan.resources.map(({ type }) => type)).not.toContain("kubernetes:helm.sh/v3:Release");
    expect(plan.outputs).toEqual({ ready: "default", nodeMetrics: [], urls: {} });
  });

  test("of Cilium is one release, from the locked chart", async () => {
    const plan = await record({ kind: "cilium" });
    const { inputs, customTimeouts } = plan.find("cilium", "kubernetes:helm.sh/v3:Release");
    expect(inputs).toMatchObject({ name: "cilium", namespace: "kube-system", version: charts.cilium.version });
    expect(inputs).toMatchObject({ timeout: 600, skipAwait: false });
    expect(customTimeouts).toBe(true);
    expect(plan.outputs["urls"]).toEqual({ hubble: "http://localhost:31235" });
  });

  test("of a cluster without node ports has no page on the user's machine", async () => {
    const plan = await record({ kind: "cilium" }, { nodePorts: false });
    expect(plan.outputs["urls"]).toEqual({});
    expect(plan.find("cilium", "kubernetes:helm.sh/v3:Release").inputs).toMatchObject({
      values: { hubble: { ui: { service: { type: "ClusterIP" } } } },
    });
  });
});

const image: ChartImage<"cilium"> = (role) => imageParts(`registry.example/cilium/${role}:1`);

describe("Cilium's values", () => {
  test("leave room for a mesh, and kube-proxy where it is", () => {
    expect(
      ciliumValues({ kind: "cilium", hubble: true }, { name: "strata-test", nodePorts: true }, image),
    ).toMatchObject({
      image: { override: "registry.example/cilium/agent:1", pullPolicy: "IfNotPresent" },
      envoy: { image: { override: "registry.example/cilium/envoy:1" } },
      ipam: { mode: "kubernetes" },
      kubeProxyReplacement: false,
      cni: { exclusive: false },
      socketLB: { hostNamespaceOnly: true },
      operator: { replicas: 1 },
      hubble: { enabled: true, relay: { enabled: true }, ui: { service: { type: "NodePort", nodePort: 31235 } } },
    });
  });

  test("without Hubble switch all of it off", () => {
    expect(
      ciliumValues({ kind: "cilium", hubble: false }, { name: "strata-test", nodePorts: true }, image).hubble,
    ).toEqual({
      enabled: false,
    });
  });
});
