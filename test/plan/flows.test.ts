// The declared flows of every stack against what its workloads are configured to do: docs/network-policies.md.
import { beforeAll, describe, expect, test } from "vitest";
import { withMore, without } from "../support/flows/change.ts";
import { chartFlows, chartServices, offered } from "../support/flows/chart-flows.ts";
import { chartPods } from "../support/flows/chart-pods.ts";
import { grantText } from "../support/flows/evaluate.ts";
import { type Graph, graphOf } from "../support/flows/graph.ts";
import { flowTables } from "../support/flows/table.ts";
import { declared, walk } from "../support/flows/walk.ts";
import { stackSections } from "../support/stack-file.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

const clusterKind = (stack: string): string =>
  (JSON.parse(stackSections(stack)["cluster"] ?? "{}") as { kind: string }).kind;

const graphs = new Map<string, Graph>();

const graphFor = async (stack: string): Promise<Graph> => {
  const graph = graphs.get(stack) ?? graphOf(await planOf(stack), clusterKind(stack));
  graphs.set(stack, graph);
  return graph;
};

/** What a stack has at least, so that a walk over nothing does not pass. */
const least: Readonly<Record<string, { readonly edges: number; readonly flows: number }>> = {
  "dev-fast": { edges: 70, flows: 50 },
  cilium: { edges: 70, flows: 50 },
  full: { edges: 160, flows: 105 },
  eks: { edges: 140, flows: 85 },
  openbao: { edges: 115, flows: 65 },
};

const leastOf = (stack: string) => least[stack] ?? { edges: 40, flows: 30 };

/** Declared for a reason of their own, and let through by another flow of the same pods as well: taken away alone, nobody misses them. */
const covered: readonly string[] = [
  // Every policy has them, and Prometheus goes to all pods anyway.
  "observability/prometheus egress kube-system/* 53/udp",
  "observability/prometheus egress kube-system/* 53",
  // What a bucket's client needs, whoever it is; this one goes to the API server by the same port.
  "database/postgresql egress 0.0.0.0/0 443",
];

const stranger = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } } };

describe.each(stacks)("%s", (stack) => {
  let graph: Graph;

  beforeAll(async () => {
    graph = await graphFor(stack);
  });

  test("lets every connection of the service graph through, at both ends", () => {
    expect(graph.edges.length).toBeGreaterThanOrEqual(leastOf(stack).edges);
    expect(walk(graph).denied).toEqual([]);
  });

  test("declares no flow that nothing uses, and opens nothing to everybody that only pods use", () => {
    expect(walk(graph).grants).toBeGreaterThanOrEqual(leastOf(stack).flows);
    expect(walk(graph).needless).toEqual([]);
  });

  test("fails for each needed flow that is taken away", () => {
    const all = declared(graph);
    const { offers } = walk(graph);
    const needed = all.filter((grant) => !offers.includes(grantText(grant)));
    expect(needed.length).toBeGreaterThanOrEqual(leastOf(stack).flows);
    const unnoticed = needed.filter((grant) => walk(without(graph, grant, all)).denied.length === 0).map(grantText);
    expect(unnoticed.sort()).toEqual(
      needed
        .map(grantText)
        .filter((text) => covered.includes(text))
        .sort(),
    );
  });

  test.each([
    ["a peer that does not come", "ingress", { peer: stranger, port: { port: 3100 } }, "edge/* at 3100, and nothing"],
    [
      "a port that nobody asks",
      "ingress",
      { port: { port: 4000, endPort: 4010 } },
      "anywhere at 4000-4010, and nothing",
    ],
    ["another protocol", "ingress", { port: { port: 3100, protocol: "UDP" } }, "anywhere at 3100/udp, and nothing"],
    [
      "the whole world, where only pods come",
      "ingress",
      { port: { port: 3100 } },
      "anywhere at 3100, and only pods use it",
    ],
    ["a way out that it does not go", "egress", { peer: stranger }, "edge/* at every port, and nothing"],
    ["the world outside", "egress", { peer: { ipBlock: { cidr: "203.0.113.0/24" } } }, "203.0.113.0/24 at every port"],
  ] as const)("fails for a needless flow: %s", (_, direction, flow, said) => {
    const { needless, denied } = walk(withMore(graph, "observability/loki", direction, flow));
    expect(needless).toEqual([expect.stringContaining(said)]);
    expect(needless.join()).toContain("take it out of platform:Loki (resource observability-loki)");
    expect(denied).toEqual([]);
  });
});

test("the messages name the component, the pods, the port and what to do", async () => {
  const graph = await graphFor("dev-fast");
  const all = declared(graph);
  const needed = all.find((grant) => grantText(grant) === "observability/loki egress storage/garage 3900");
  if (!needed) throw new Error("Loki does not go to Garage");
  expect(walk(without(graph, needed, all)).denied).toEqual([
    "missing: observability/loki -> storage/garage:3900 (its configuration). observability/loki has no egress flow to storage/garage " +
      "at 3900: declare it in platform:Loki (resource observability-loki), or take away what makes the connection",
  ]);
  expect(
    walk(withMore(graph, "observability/loki", "ingress", { peer: stranger, port: { port: 3100 } })).needless,
  ).toEqual([
    "needless: observability/loki declares ingress from edge/* at 3100, and nothing in the stack uses it: take it out of " +
      "platform:Loki (resource observability-loki), or list it in test/support/flows/chart-flows.ts with the reason",
  ]);
});

test("docs/network-flows.md says who talks to whom; update with npx vitest run --project plan -u test/plan/flows.test.ts", async () => {
  const all: [string, Graph][] = [];
  for (const stack of stacks) all.push([stack, await graphFor(stack)]);
  await expect(flowTables(all)).toMatchFileSnapshot("../../docs/network-flows.md");
});

describe("what is listed with a reason", () => {
  const all: Graph[] = [];

  beforeAll(async () => {
    for (const stack of stacks) all.push(await graphFor(stack));
  });

  test("is still in a stack, and still not to be seen in any configuration", () => {
    const there = new Set(all.flatMap(({ known }) => known.there));
    expect(chartFlows.filter((flow) => !there.has(flow)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
    const shown = new Set(all.flatMap(({ known }) => known.shown));
    expect([...shown].map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
    expect(chartFlows.length).toBeGreaterThan(10);
  });

  test("is offered and not used in at least one stack", () => {
    const held = new Set(all.flatMap((graph) => walk(graph).offers));
    expect(Object.keys(offered).filter((text) => !held.has(text))).toEqual([]);
  });

  test("names pods and Services of charts that a stack has", () => {
    const pods = new Set(all.flatMap(({ cluster }) => cluster.pods.map(({ id }) => id)));
    expect(
      chartPods.filter(({ namespace, name }) => !pods.has(`${namespace}/${name}`)).map(({ name }) => name),
    ).toEqual([]);
    expect(chartServices.filter((service) => !pods.has(service.pods)).map(({ name }) => name)).toEqual([]);
  });
});
