// Stacks with one declared flow less or one more, to see that the walk notices.
import { type Grant, grantText } from "./evaluate.ts";
import type { Graph } from "./graph.ts";
import { FlowError, type Policy, type PolicyPeer, type PolicyPort } from "./model.ts";

type Rule = NonNullable<Policy["spec"]["ingress"]>[number];

const changed = (
  graph: Graph,
  policy: Policy,
  change: (rules: readonly Rule[]) => Rule[],
  side: Grant["direction"],
): Graph => ({
  ...graph,
  cluster: {
    ...graph.cluster,
    policies: graph.cluster.policies.map((other) =>
      other === policy ? { ...policy, spec: { ...policy.spec, [side]: change(policy.spec[side] ?? []) } } : other,
    ),
  },
});

const alone = ({ direction, peer, port }: Omit<Grant, "policy">): Rule => ({
  ...(peer && (direction === "ingress" ? { from: [peer] } : { to: [peer] })),
  ...(port && { ports: [port] }),
});

/** The graph with that one peer and port taken out of its policy, wherever it says so, and all else as it is. */
export const without = (graph: Graph, { policy, direction, ...wanted }: Grant, all: readonly Grant[]): Graph => {
  const text = grantText({ policy, direction, ...wanted });
  const kept = all.filter(
    (grant) => grant.policy === policy && grant.direction === direction && grantText(grant) !== text,
  );
  return changed(graph, policy, () => kept.map(alone), direction);
};

/** @throws FlowError where no policy has that name. */
export const withMore = (
  graph: Graph,
  policy: `${string}/${string}`,
  direction: Grant["direction"],
  flow: { readonly peer?: PolicyPeer; readonly port?: PolicyPort },
): Graph => {
  const found = graph.cluster.policies.find(({ namespace, name }) => `${namespace}/${name}` === policy);
  if (!found) throw new FlowError(`There is no policy ${policy}`);
  return changed(graph, found, (rules) => [...rules, alone({ direction, ...flow })], direction);
};
