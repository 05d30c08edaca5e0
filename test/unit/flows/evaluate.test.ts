// The evaluator of NetworkPolicies, rule by rule of https://kubernetes.io/docs/concepts/services-networking/network-policies/.
import { expect, test } from "vitest";
import { judge, nodeAddress } from "../../support/flows/evaluate.ts";
import type { Cluster, Edge, Outside, Pods, PolicySpec } from "../../support/flows/model.ts";
import { podsNamed } from "../../support/flows/pods.ts";

const pods = (id: `${string}/${string}`, labels: Record<string, string>, more: Partial<Pods> = {}): Pods =>
  podsNamed(id, { labels, ports: [{ name: "http", port: 8080, protocol: "TCP" }], ...more });

const web = pods("a/web", { app: "web", tier: "front" });
const server = pods("b/server", { app: "server" });
const agent = pods("b/agent", { app: "agent" }, { hostNetwork: true });
const world: Outside = { kind: "outside", id: "world", address: "203.0.113.9" };
const near: Outside = { kind: "outside", id: "near", address: "10.1.2.3" };

const clusterWith = (namespace: string, ...specs: PolicySpec[]): Cluster => ({
  namespaces: new Map([
    ["a", { team: "red" }],
    ["b", { team: "blue" }],
  ]),
  pods: [web, server, agent],
  services: [],
  policies: specs.map((spec, index) => ({ namespace, name: `p${index}`, spec, declaredBy: "test" })),
});

const edge = (from: Edge["from"], to: Edge["to"], port = 8080, protocol: Edge["protocol"] = "TCP"): Edge => ({
  from,
  to,
  port,
  protocol,
  because: "test",
});

const passes = (connection: Edge, cluster: Cluster): boolean => {
  const { egress, ingress } = judge(connection, cluster);
  return egress.length > 0 && ingress.length > 0;
};

const into = (...ingress: NonNullable<PolicySpec["ingress"]>): Cluster =>
  clusterWith("b", { podSelector: {}, policyTypes: ["Ingress"], ingress });
const red = { namespaceSelector: { matchLabels: { team: "red" } } };

test("without a policy everything goes; one that selects a pod and allows nothing denies all", () => {
  expect(judge(edge(web, server), clusterWith("b"))).toEqual({ egress: "open", ingress: "open" });
  expect(judge(edge(web, server), into()).ingress).toEqual([]);
});

test("a policy counts in its own namespace only, and for the directions that it names", () => {
  const denies = { podSelector: {}, policyTypes: ["Ingress"] };
  expect(passes(edge(web, server), clusterWith("a", denies))).toBe(true);
  expect(passes(edge(server, web), clusterWith("a", denies))).toBe(false);
  // Without policyTypes: Ingress always, Egress where it has rules.
  expect(passes(edge(web, server), clusterWith("a", { podSelector: {} }))).toBe(true);
  expect(passes(edge(web, server), clusterWith("a", { podSelector: {}, egress: [{ to: [red] }] }))).toBe(false);
});

test("policies add up", () => {
  const deny = { podSelector: {}, policyTypes: ["Ingress"] };
  const allow = {
    podSelector: { matchLabels: { app: "server" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [red] }],
  };
  expect(passes(edge(web, server), clusterWith("b", deny, allow))).toBe(true);
});

test.each<[string, PolicySpec["ingress"], boolean]>([
  ["a rule without peers and ports lets everybody in", [{}], true],
  ["an empty list of peers is everybody too", [{ from: [] }], true],
  [
    "both selectors of one peer must hold",
    [{ from: [{ ...red, podSelector: { matchLabels: { app: "db" } } }] }],
    false,
  ],
  ["of two peers one is enough", [{ from: [red, { podSelector: { matchLabels: { app: "db" } } }] }], true],
  [
    "a pod selector alone is of the policy's own namespace",
    [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
    false,
  ],
  ["an empty namespace selector is every namespace", [{ from: [{ namespaceSelector: {} }] }], true],
])("%s", (_, ingress, allowed) => {
  expect(passes(edge(web, server), into(...(ingress ?? [])))).toBe(allowed);
});

test.each<[string, string[] | undefined, boolean]>([
  ["In", ["front", "back"], true],
  ["In", ["back"], false],
  ["NotIn", ["back"], true],
  ["NotIn", ["front"], false],
  ["Exists", undefined, true],
  ["DoesNotExist", undefined, false],
])("an expression with %s %j", (operator, values, allowed) => {
  const podSelector = { matchExpressions: [{ key: "tier", operator, ...(values && { values }) }] };
  expect(passes(edge(web, server), into({ from: [{ namespaceSelector: {}, podSelector }] }))).toBe(allowed);
});

test("NotIn and DoesNotExist hold for a pod without the label, In and Exists do not", () => {
  const from = (operator: string, values?: string[]) =>
    into({
      from: [{ podSelector: { matchExpressions: [{ key: "tier", operator, ...(values && { values }) }] } }],
    });
  const bare = pods("b/bare", {});
  expect(passes(edge(bare, server), from("NotIn", ["front"]))).toBe(true);
  expect(passes(edge(bare, server), from("DoesNotExist"))).toBe(true);
  expect(passes(edge(bare, server), from("In", ["front"]))).toBe(false);
  expect(passes(edge(bare, server), from("Exists"))).toBe(false);
  expect(() => passes(edge(bare, server), from("Near"))).toThrow("Unknown operator Near");
});

test("a block of addresses holds what is outside and the nodes, but for its exceptions; never pods", () => {
  const block = into({ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] });
  expect(passes(edge(world, server), block)).toBe(true);
  expect(passes(edge(near, server), block)).toBe(false);
  expect(passes(edge(agent, server), block)).toBe(true);
  expect(passes(edge(web, server), block)).toBe(false);
  expect(passes(edge(agent, server), into({ from: [{ ipBlock: { cidr: `${nodeAddress}/32` } }] }))).toBe(true);
});

test("a pod on the host's network is under no policy, and no selector names it", () => {
  expect(passes(edge(world, agent), into())).toBe(true);
  expect(passes(edge(agent, server), into({ from: [{ namespaceSelector: {} }] }))).toBe(false);
});

test.each<[string, NonNullable<PolicySpec["ingress"]>[number]["ports"], Edge["port"], Edge["protocol"], boolean]>([
  ["no ports: all of them", [], 1, "UDP", true],
  ["a number, TCP by default", [{ port: 8080 }], 8080, "TCP", true],
  ["another number", [{ port: 8081 }], 8080, "TCP", false],
  ["another protocol", [{ port: 8080, protocol: "UDP" }], 8080, "TCP", false],
  ["a name of the pod's", [{ port: "http" }], 8080, "TCP", true],
  ["a name that the pod has not", [{ port: "grpc" }], 8080, "TCP", false],
  ["the end of a range", [{ port: 8000, endPort: 8080 }], 8080, "TCP", true],
  ["past the end of a range", [{ port: 8000, endPort: 8079 }], 8080, "TCP", false],
  ["a protocol alone", [{ protocol: "UDP" }], 5, "UDP", true],
])("ports: %s", (_, ports, port, protocol, allowed) => {
  expect(passes(edge(web, server, port, protocol), into({ from: [red], ...(ports && { ports }) }))).toBe(allowed);
});

test("both ends must let it through", () => {
  const cluster = (to: string): Cluster => ({
    ...into({ from: [red] }),
    policies: [
      ...into({ from: [red] }).policies,
      {
        namespace: "a",
        name: "out",
        declaredBy: "test",
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [{ to: [{ namespaceSelector: { matchLabels: { team: to } } }] }],
        },
      },
    ],
  });
  expect(passes(edge(web, server), cluster("blue"))).toBe(true);
  expect(judge(edge(web, server), cluster("red")).egress).toEqual([]);
});
