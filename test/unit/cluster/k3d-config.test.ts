import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { K3dConfig } from "../../../config/schema.ts";
import { k3dConfig, k3dNodeNames } from "../../../layers/cluster/k3d-config.ts";
import { nodePorts } from "../../../names.ts";
import { k3sImages } from "../../../versions.ts";

const render = (changes: Partial<K3dConfig> = {}, name = "c") => {
  const config: K3dConfig = { kind: "k3d", kubernetes: "1.34", agents: 0, timeoutSeconds: 300, ...changes };
  return k3dConfig(name, config, k3sImages[config.kubernetes]);
};

const args = (changes: Partial<K3dConfig> = {}) => render(changes).data.options.k3s.extraArgs;

test("a name that k3d refuses, before anything is made", () => {
  expect(() => render({}, "strata-a-stack-with-a-very-long-name")).toThrow(
    "k3d takes names of at most 32 characters, and strata-a-stack-with-a-very-long-name has 36. Set strata:cluster.name in the stack file.",
  );
});

// What k3d documents of its file (k3d.io, "Config File", k3d.io/v1alpha5), as far as we write it. k3d refuses any key that it does
// not know. test/checks/k3d.test.ts asks k3d itself.
const filters = z.array(z.string().regex(/^(server|agent)s?:(\d+|\*)(:direct)?$/)).min(1);
const documented = z.strictObject({
  apiVersion: z.literal("k3d.io/v1alpha5"),
  kind: z.literal("Simple"),
  metadata: z.strictObject({ name: z.hostname() }),
  servers: z.int().min(1),
  agents: z.int().min(0),
  image: z.string(),
  kubeAPI: z.strictObject({ hostIP: z.ipv4(), hostPort: z.string().regex(/^\d+$/).optional() }),
  ports: z.array(
    z.strictObject({ port: z.string().regex(/^127\.0\.0\.1:\d+:\d+\/tcp$/), nodeFilters: z.tuple([filters.element]) }),
  ),
  options: z.strictObject({
    k3d: z.strictObject({ wait: z.boolean(), disableLoadbalancer: z.boolean() }),
    k3s: z.strictObject({
      extraArgs: z.array(z.strictObject({ arg: z.string().startsWith("--"), nodeFilters: filters })),
      nodeLabels: z.array(z.strictObject({ label: z.string().regex(/^[\w.-]+=[\w.-]+$/), nodeFilters: filters })),
    }),
    kubeconfig: z.strictObject({ updateDefaultKubeconfig: z.boolean(), switchCurrentContext: z.boolean() }),
  }),
});

test.each([{}, { agents: 2, apiServerPort: 6550 }, { kubernetes: "1.36" }] as const)(
  "the file has what k3d reads: %j",
  (changes) => {
    const { data, yaml } = render(changes);
    expect(documented.parse(parse(yaml))).toEqual(data);
    // k3d puts variables of the environment in the place of each $.
    expect(yaml).not.toContain("$");
  },
);

describe("ports", () => {
  test("are on loopback, on the server itself, and none that needs rights", () => {
    const { ports, kubeAPI } = render({ apiServerPort: 6550 }).data;
    expect(ports).toEqual(
      Object.values(nodePorts).map((port) => ({
        port: `127.0.0.1:${port}:${port}/tcp`,
        nodeFilters: ["server:0:direct"],
      })),
    );
    expect(kubeAPI).toEqual({ hostIP: "127.0.0.1", hostPort: "6550" });
    expect(ports.length).toBeGreaterThan(5);
    expect(Object.values(nodePorts).every((port) => port >= 30_000)).toBe(true);
  });

  test("that must be free; the API server's is k3d's choice where none is given", () => {
    expect(render().hostPorts).toEqual(Object.values(nodePorts));
    expect(render().data.kubeAPI).toEqual({ hostIP: "127.0.0.1" });
    expect(render({ apiServerPort: 6550 }).hostPorts).toEqual([6550, ...Object.values(nodePorts)]);
  });
});

test("no load balancer in front of one server, and the user's kubeconfig is left alone", () => {
  const { servers, options } = render({ agents: 2 }).data;
  expect(servers).toBe(1);
  expect(options.k3d.disableLoadbalancer).toBe(true);
  expect(options.kubeconfig).toEqual({ updateDefaultKubeconfig: false, switchCurrentContext: false });
});

test("k3s starts no gateway, no load balancer, no metrics server; volumes and DNS stay its own", () => {
  const server = args().filter(({ nodeFilters }) => nodeFilters.join() === "server:0");
  expect(server.map(({ arg }) => arg)).toEqual([
    "--disable=traefik",
    "--disable=servicelb",
    "--disable=metrics-server",
    "--disable-helm-controller",
    "--kube-apiserver-arg=event-ttl=15m",
  ]);
});

test("every kubelet collects images and evicts as on kind", () => {
  const kubelet = args({ agents: 1 }).filter(({ arg }) => arg.startsWith("--kubelet-arg="));
  expect(kubelet.every(({ nodeFilters }) => nodeFilters.join() === "server:*,agent:*")).toBe(true);
  expect(kubelet.map(({ arg }) => arg.slice("--kubelet-arg=".length))).toEqual([
    "image-gc-high-threshold=95",
    "image-gc-low-threshold=80",
    "eviction-hard=memory.available<100Mi,nodefs.available<2%,nodefs.inodesFree<2%,imagefs.available<2%",
    "eviction-soft=nodefs.available<5%,imagefs.available<5%",
    "eviction-soft-grace-period=nodefs.available=1m,imagefs.available=1m",
  ]);
});

test("the image is named by its tag: the digest is checked where it enters the machine", () => {
  expect(render({ kubernetes: "1.35" }).data.image).toBe("docker.io/rancher/k3s:v1.35.6-k3s1");
});

test("node containers are named as k3d names them", () => {
  expect(k3dNodeNames("c", 0)).toEqual(["k3d-c-server-0"]);
  expect(k3dNodeNames("c", 2)).toEqual(["k3d-c-server-0", "k3d-c-agent-0", "k3d-c-agent-1"]);
});
