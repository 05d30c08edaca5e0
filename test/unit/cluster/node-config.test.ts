import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { KindConfig } from "../../../config/schema.ts";
import { kindNeeded, kindNodeConfig, kubeadmApi } from "../../../layers/cluster/node-config.ts";
import { nodeImages } from "../../../versions.ts";

const config = (changes: Partial<KindConfig> = {}): KindConfig => ({
  kind: "kind",
  kubernetes: "1.34",
  workers: 0,
  eviction: "disk-and-memory",
  timeoutSeconds: 300,
  ...changes,
});

const render = (changes: Partial<KindConfig> = {}) => {
  const whole = config(changes);
  return kindNodeConfig(whole, nodeImages[whole.kubernetes]);
};

/** The patch of one kind of kubeadm object, parsed. */
const patch = (kind: string, changes: Partial<KindConfig> = {}): unknown =>
  render(changes)
    .data.kubeadmConfigPatches.map((text) => parse(text) as { kind: string })
    .find((parsed) => parsed.kind === kind);

describe("the version of kubeadm's API", () => {
  test.each([
    ["1.34", "v1beta3"],
    ["1.35", "v1beta3"],
    ["1.36", "v1beta4"],
    ["1.40", "v1beta4"],
  ])("Kubernetes %s: %s", (kubernetes, api) => {
    expect(kubeadmApi(kubernetes)).toBe(api);
  });

  test("needs a kind that knows it", () => {
    expect([kindNeeded("1.35", "0.24.0"), kindNeeded("1.36", "0.24.0")]).toEqual(["0.24.0", "0.33.0"]);
  });
});

describe("kubeadm's cluster configuration", () => {
  test("v1beta3: extra arguments are maps", () => {
    expect(patch("ClusterConfiguration")).toEqual({
      kind: "ClusterConfiguration",
      apiServer: { extraArgs: { "event-ttl": "15m" } },
      controllerManager: { extraArgs: { "bind-address": "0.0.0.0" } },
      scheduler: { extraArgs: { "bind-address": "0.0.0.0" } },
      etcd: {
        local: {
          extraArgs: {
            "auto-compaction-mode": "periodic",
            "auto-compaction-retention": "5m",
            "listen-metrics-urls": "http://0.0.0.0:2381",
          },
        },
      },
    });
  });

  test("v1beta4: extra arguments are lists of names and values", () => {
    expect(patch("ClusterConfiguration", { kubernetes: "1.36" })).toEqual({
      kind: "ClusterConfiguration",
      apiServer: { extraArgs: [{ name: "event-ttl", value: "15m" }] },
      controllerManager: { extraArgs: [{ name: "bind-address", value: "0.0.0.0" }] },
      scheduler: { extraArgs: [{ name: "bind-address", value: "0.0.0.0" }] },
      etcd: {
        local: {
          extraArgs: [
            { name: "auto-compaction-mode", value: "periodic" },
            { name: "auto-compaction-retention", value: "5m" },
            { name: "listen-metrics-urls", value: "http://0.0.0.0:2381" },
          ],
        },
      },
    });
  });

  test.each(["1.34", "1.36"] as const)(
    "%s: no patch names an API version, which kind would skip silently",
    (kubernetes) => {
      const { kubeadmConfigPatches } = render({ kubernetes }).data;
      expect(kubeadmConfigPatches).toHaveLength(3);
      for (const text of kubeadmConfigPatches) expect(parse(text)).not.toHaveProperty("apiVersion");
    },
  );
});

describe("the kubelet", () => {
  test("evicts for disk and memory by default", () => {
    expect(patch("KubeletConfiguration")).toEqual({
      kind: "KubeletConfiguration",
      imageGCHighThresholdPercent: 95,
      imageGCLowThresholdPercent: 80,
      evictionHard: {
        "memory.available": "100Mi",
        "nodefs.available": "2%",
        "nodefs.inodesFree": "2%",
        "imagefs.available": "2%",
      },
      evictionSoft: { "nodefs.available": "5%", "imagefs.available": "5%" },
      evictionSoftGracePeriod: { "nodefs.available": "1m", "imagefs.available": "1m" },
    });
  });

  test("evicts for disk only where asked to", () => {
    expect(patch("KubeletConfiguration", { eviction: "disk-only" })).toMatchObject({
      evictionHard: { "memory.available": "0%", "nodefs.available": "2%" },
    });
  });

  test("every soft threshold has its grace period, without which the kubelet does not start", () => {
    const kubelet = patch("KubeletConfiguration") as Record<string, Record<string, string>>;
    expect(Object.keys(kubelet["evictionSoftGracePeriod"] ?? {})).toEqual(Object.keys(kubelet["evictionSoft"] ?? {}));
  });
});

test("kube-proxy's metrics are reachable from pods", () => {
  expect(patch("KubeProxyConfiguration")).toEqual({
    kind: "KubeProxyConfiguration",
    metricsBindAddress: "0.0.0.0:10249",
  });
});

describe("nodes and network", () => {
  test("one control plane by the pinned image, ready for ingress", () => {
    const { nodes } = render().data;
    expect(nodes.map(({ role, image, labels }) => ({ role, image, labels }))).toEqual([
      { role: "control-plane", image: "docker.io/kindest/node:v1.34.3", labels: { "ingress-ready": "true" } },
    ]);
  });

  test("workers beside it, without ports", () => {
    expect(render({ workers: 2 }).data.nodes.slice(1)).toEqual([
      { role: "worker", image: "docker.io/kindest/node:v1.34.3" },
      { role: "worker", image: "docker.io/kindest/node:v1.34.3" },
    ]);
  });

  test("every port is on loopback and the same inside and outside", () => {
    const mappings = render().data.nodes[0]?.extraPortMappings ?? [];
    expect(mappings.map((mapping) => mapping.hostPort)).toEqual([
      30300, 30081, 30444, 31235, 30090, 30093, 30082, 30080,
    ]);
    for (const mapping of mappings)
      expect(mapping).toEqual({
        containerPort: mapping.hostPort,
        hostPort: mapping.hostPort,
        listenAddress: "127.0.0.1",
        protocol: "TCP",
      });
  });

  test("the API server is on loopback, at a free port unless one is given", () => {
    expect(render().data.networking).toEqual({ apiServerAddress: "127.0.0.1" });
    expect(render({ apiServerPort: 6550 }).data.networking).toEqual({
      apiServerAddress: "127.0.0.1",
      apiServerPort: 6550,
    });
  });

  test("a given API server port must be free like the others", () => {
    expect(render({ apiServerPort: 6550 }).hostPorts).toEqual([
      6550, 30300, 30081, 30444, 31235, 30090, 30093, 30082, 30080,
    ]);
  });

  test("another CNI takes the place of kind's", () => {
    expect(render({ podNetwork: "none" }).data.networking).toEqual({
      apiServerAddress: "127.0.0.1",
      disableDefaultCNI: true,
    });
  });

  test("the YAML is the data", () => {
    const { yaml, data } = render({ workers: 1 });
    expect(parse(yaml)).toEqual(data);
  });
});
