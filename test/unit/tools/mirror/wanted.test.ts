import { expect, test } from "vitest";
import type { ClusterConfig, ImagesConfig } from "../../../../config/schema.ts";
import { clusterSpec } from "../../../../layers/cluster/spec.ts";
import { wantedOf } from "../../../../tools/mirror/wanted.ts";
import type { Plan } from "../../../../tools/plan/record.ts";

const images: ImagesConfig = { pullThroughCache: false, bake: false, overrides: {}, pullTimeoutSeconds: 600 };

/** References of what a stack with nothing but its cluster fetches. */
const wanted = (config: ClusterConfig): readonly string[] => {
  const inputs = {
    create: "exec node tools/cluster.mjs create",
    stdin: JSON.stringify(clusterSpec("dev", config, images, 1)),
  };
  const plan = { resources: [{ type: "command:local:Command", inputs }] } as unknown as Plan;
  return wantedOf(plan).images.map(({ reference }) => reference);
};

test.each<[ClusterConfig, string[]]>([
  [{ kind: "kwok", nodes: 1, timeoutSeconds: 60 }, []],
  [
    { kind: "kind", kubernetes: "1.34", workers: 0, eviction: "disk-only", timeoutSeconds: 300 },
    ["docker.io/kindest/node:v1.34.3"],
  ],
  [
    { kind: "k3d", kubernetes: "1.34", agents: 1, timeoutSeconds: 300 },
    [
      "docker.io/rancher/k3s:v1.34.9-k3s1",
      "docker.io/rancher/local-path-provisioner:v0.0.36",
      "docker.io/rancher/mirrored-coredns-coredns:1.14.4",
      "docker.io/rancher/mirrored-library-busybox:1.37.0",
      "docker.io/rancher/mirrored-pause:3.6",
      "ghcr.io/k3d-io/k3d-tools:5.9.0",
    ],
  ],
])("a mirror has what the nodes of $kind need", (config, expected) => {
  expect(wanted(config)).toEqual(expected);
});
