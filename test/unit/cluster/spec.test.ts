import { describe, expect, test } from "vitest";
import type { ClusterConfig, ImagesConfig, K3dConfig, KindConfig } from "../../../config/schema.ts";
import { clusterName, clusterSpec, kindNodeNames } from "../../../layers/cluster/spec.ts";

const kind: KindConfig = { kind: "kind", kubernetes: "1.34", workers: 0, eviction: "disk-only", timeoutSeconds: 300 };
const k3d: K3dConfig = { kind: "k3d", kubernetes: "1.34", agents: 0, timeoutSeconds: 300 };
const kwok: ClusterConfig = { kind: "kwok", nodes: 1, timeoutSeconds: 60 };
const existing: ClusterConfig = { kind: "existing", kubeconfig: "~/.kube/config", context: "home", nodePorts: false };
const images: ImagesConfig = { pullThroughCache: false, bake: false, overrides: {}, pullTimeoutSeconds: 600 };

const hash = (config: ClusterConfig, incarnation = 1) => clusterSpec("dev", config, images, incarnation)?.hash;

test("the name is the stack's, unless the stack file gives one", () => {
  expect([
    clusterName("dev", kind),
    clusterName("dev", { ...kind, name: "mine" }),
    clusterName("dev", existing),
  ]).toEqual(["strata-dev", "mine", "strata-dev"]);
});

test("node containers are named as kind names them", () => {
  expect(kindNodeNames("c", 0)).toEqual(["c-control-plane"]);
  expect(kindNodeNames("c", 3)).toEqual(["c-control-plane", "c-worker", "c-worker2", "c-worker3"]);
});

test("a cluster that somebody else made has no spec", () => {
  expect(clusterSpec("dev", existing, images, 1)).toBeUndefined();
});

test("the node image is asked for by tag and digest, from where the other images come", () => {
  expect(clusterSpec("dev", kind, { ...images, archive: "/images" }, 1)).toMatchObject({
    nodeImage: {
      reference: "docker.io/kindest/node:v1.34.3",
      digest: "sha256:08497ee19eace7b4b5348db5c6a1591d7752b164530a36f855cb0f2bdcbadd48",
      archive: "/images",
      pullThroughCache: false,
      timeoutSeconds: 600,
    },
  });
});

test("a time to live is handed on in seconds; without one there is none", () => {
  expect([clusterSpec("dev", { ...kwok, ttl: "8h" }, images, 1), clusterSpec("dev", kind, images, 1)]).toMatchObject([
    { ttlSeconds: 28800 },
    expect.not.objectContaining({ ttlSeconds: expect.anything() }),
  ]);
});

test("k3d: every image of its nodes comes by the same chain", () => {
  const spec = clusterSpec("dev", { ...k3d, agents: 1 }, { ...images, archive: "/images" }, 1);
  if (spec?.kind !== "k3d") throw new Error("no k3d");
  expect(spec).toMatchObject({
    name: "strata-dev",
    nodes: ["k3d-strata-dev-server-0", "k3d-strata-dev-agent-0"],
    nodeImage: { reference: "docker.io/rancher/k3s:v1.34.9-k3s1", digest: expect.stringMatching(/^sha256:/) },
    toolsImage: { reference: "ghcr.io/k3d-io/k3d-tools:5.9.0" },
  });
  expect(spec.systemImages.map(({ reference }) => reference)).toEqual([
    "docker.io/rancher/mirrored-pause:3.6",
    "docker.io/rancher/mirrored-coredns-coredns:1.14.4",
    "docker.io/rancher/local-path-provisioner:v0.0.36",
    "docker.io/rancher/mirrored-library-busybox:1.37.0",
  ]);
  expect([spec.nodeImage, spec.toolsImage, ...spec.systemImages].every(({ archive }) => archive === "/images")).toBe(
    true,
  );
});

test("k3d: a stack whose name makes the cluster's too long", () => {
  expect(() => clusterSpec("a-stack-with-a-very-long-name", k3d, images, 1)).toThrow(
    "k3d takes names of at most 32 characters",
  );
});

describe("the hash", () => {
  test.each<[string, ClusterConfig]>([
    ["workers", { ...kind, workers: 1 }],
    ["Kubernetes version", { ...kind, kubernetes: "1.35" }],
    ["eviction", { ...kind, eviction: "disk-and-memory" }],
    ["API server's port", { ...kind, apiServerPort: 6550 }],
    ["pod network", { ...kind, podNetwork: "none" }],
    ["name", { ...kind, name: "other" }],
    ["kind", kwok],
  ])("changes with the %s", (_, config) => {
    expect(hash(config)).not.toBe(hash(kind));
  });

  test("does not change with what can change in place", () => {
    expect(hash({ ...kind, timeoutSeconds: 60 })).toBe(hash(kind));
    expect(hash({ ...kind, ttl: "8h" })).toBe(hash(kind));
    expect(hash(kind, 2)).toBe(hash(kind));
    expect(clusterSpec("dev", kind, { ...images, archive: "/images", pullTimeoutSeconds: 1 }, 1)?.hash).toBe(
      hash(kind),
    );
  });

  test.each<[string, K3dConfig]>([
    ["agents", { ...k3d, agents: 1 }],
    ["Kubernetes version", { ...k3d, kubernetes: "1.35" }],
    ["API server's port", { ...k3d, apiServerPort: 6550 }],
    ["name", { ...k3d, name: "other" }],
  ])("of k3d changes with the %s", (_, config) => {
    expect(hash(config)).not.toBe(hash(k3d));
  });

  test("of k3d does not change with what can change in place", () => {
    expect(hash({ ...k3d, timeoutSeconds: 60, ttl: "8h" })).toBe(hash(k3d));
  });

  test("of kwok changes with its nodes", () => {
    expect(hash({ ...kwok, nodes: 2 })).not.toBe(hash(kwok));
  });
});
