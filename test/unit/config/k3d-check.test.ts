import { describe, expect, test } from "vitest";
import { type ParseInput, parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { kubernetesVersion } from "../../../versions.ts";

type Sections = Record<string, unknown>;

const parse = (sections: Sections, overrides: ParseInput["overrides"] = {}) =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(Object.entries(sections).map(([name, value]) => [name, JSON.stringify(value)])),
    overrides,
  });

const issues = (sections: Sections, overrides?: ParseInput["overrides"]): readonly string[] => {
  try {
    parse(sections, overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const cluster = { kind: "k3d" };

describe("a k3d cluster can't have", () => {
  test.each<[string, Sections, string[]]>([
    [
      "a name that k3d does not take",
      { cluster: { ...cluster, name: "a-cluster-with-a-name-that-is-long" } },
      [
        'strata:cluster.name: got "a-cluster-with-a-name-that-is-long". Expected at most 32 characters: k3d takes no more',
      ],
    ],
    [
      "a second server",
      { cluster: { ...cluster, servers: 3 } },
      [
        "strata:cluster.servers: a local cluster has one control plane: on one machine a second one survives nothing more. Remove the key; more nodes are agents (k3d) or workers (kind)",
      ],
    ],
    [
      "kind's word for its nodes",
      { cluster: { ...cluster, workers: 2 } },
      [
        "strata:cluster.workers: unknown key. Allowed here: kind, name, kubernetes, agents, apiServerPort, timeoutSeconds, ttl",
      ],
    ],
    [
      "a Kubernetes version that nobody pinned",
      { cluster: { ...cluster, kubernetes: "latest" } },
      ['strata:cluster.kubernetes: "latest" is not allowed. Allowed: 1.34, 1.35, 1.36'],
    ],
    [
      "a port that needs rights",
      { cluster: { ...cluster, apiServerPort: 443 } },
      [expect.stringContaining("strata:cluster.apiServerPort: got 443.") as unknown as string],
    ],
    ...["cilium", "calico"].map((cni): [string, Sections, string[]] => [
      `${cni} as pod network`,
      { cluster, network: { cni: { kind: cni } } },
      [
        `strata:network.cni.kind: ${cni} needs nodes without a pod network, and k3s brings its own, which enforces NetworkPolicy. Remove network.cni, or set cluster.kind to kind`,
      ],
    ]),
    [
      "Cilium's gateway, told once",
      { cluster, network: { ingress: { kind: "cilium" } } },
      [
        "strata:network.ingress.kind: cilium is part of Cilium, which a k3d cluster can't have. Set it to traefik, or set cluster.kind to kind",
      ],
    ],
    [
      "a mesh",
      { cluster, network: { mesh: { kind: "istio" } } },
      [
        "strata:network.mesh.kind: Istio's CNI plugin goes into folders that k3s does not read. Remove network.mesh, or set cluster.kind to kind",
      ],
    ],
    [
      "baked node images",
      { cluster, images: { bake: true } },
      ["strata:images.bake: Only kind's node images can be baked. Remove the key, or set cluster.kind to kind"],
    ],
  ])("%s", (_what, sections, expected) => {
    expect(issues(sections)).toEqual(expected);
  });
});

test("a rehearsal of such a stack has no k3d in it, and keeps the time to live", () => {
  const sections = {
    cluster: { ...cluster, name: "mine", agents: 2, ttl: "8h" },
    network: { cni: { kind: "cilium" } },
  };
  expect(issues(sections, { cluster: "kwok" })).toEqual([]);
  expect(parse(sections, { cluster: "kwok" }).cluster).toMatchObject({ kind: "kwok", ttl: "8h" });
});

test("defaults: the server alone, on loopback, for as long as it is wanted", () => {
  expect(parse({ cluster }).cluster).toEqual({ kind: "k3d", kubernetes: "1.34", agents: 0, timeoutSeconds: 300 });
});

test("a local cluster may have the well-known login", () => {
  const observability = { grafana: { credentials: "well-known" } };
  expect(issues({ cluster, objectStore: { kind: "garage" }, observability })).toEqual([]);
});

test("the version that is shown is the API server's own", () => {
  expect(kubernetesVersion({ kind: "k3d", kubernetes: "1.34" })).toBe("v1.34.9+k3s1");
});
