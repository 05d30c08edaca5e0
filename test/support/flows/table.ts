// The service graph as a page for people: docs/network-flows.md.
import type { Graph } from "./graph.ts";
import type { Edge } from "./model.ts";

const heading = `# Who talks to whom

Generated from each stack's service graph by test/plan/flows.test.ts; [network-policies.md](network-policies.md) says where it comes from. Not in
the tables: DNS, which every pod may ask, and connections inside \`kube-system\`. Ports are those of the pods.
`;

/** \`loki:3100\` in the caller's namespace, \`storage/garage:3900\` in another, \`the API server:443, 6443\`. */
const targets = (edges: readonly Edge[], namespace: string): string => {
  const byEnd = new Map<string, Set<number>>();
  for (const { to, port } of edges) byEnd.set(to.id, (byEnd.get(to.id) ?? new Set()).add(port));
  return [...byEnd]
    .map(
      ([id, ports]) =>
        `${id.startsWith(`${namespace}/`) ? id.slice(namespace.length + 1) : id}:${[...ports].sort((a, b) => a - b).join(", ")}`,
    )
    .sort()
    .join("; ");
};

const table = ({ edges }: Graph): string => {
  const shown = edges.filter(({ port }) => port !== 53);
  const callers = [...new Map(shown.map(({ from }) => [from.id, from])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const rows = callers.map((from) => {
    const namespace = from.kind === "pods" ? from.namespace : "";
    return `| ${from.id} | ${targets(
      shown.filter((edge) => edge.from.id === from.id),
      namespace,
    )} |`;
  });
  return ["| from | to |", "|---|---|", ...rows].join("\n");
};

export const flowTables = (graphs: readonly (readonly [stack: string, graph: Graph])[]): string =>
  [heading, ...graphs.map(([stack, graph]) => `## ${stack}\n\n${table(graph)}\n`)].join("\n");
