import { describe, expect, test } from "vitest";
import type { ClusterConfig, ImagesConfig, KindConfig } from "../../../config/schema.ts";
import { clusterName, clusterSpec, kindNodeNames } from "../../../layers/cluster/spec.ts";

const kind: KindConfig = { kind: "kind", kubernetes: "1.34", workers: 0, eviction: "disk-only", timeoutSeconds: 300 };
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

  test("of kwok changes with its nodes", () => {
    expect(hash({ ...kwok, nodes: 2 })).not.toBe(hash(kwok));
  });
});
