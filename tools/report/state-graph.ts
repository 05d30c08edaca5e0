// What each resource had to wait for, read from the stack's state. Pure.
import type { StateResource } from "../engine/pending.ts";

const stackType = "pulumi:pulumi:Stack";

/** `urn::id` without the id. */
const urnOfProvider = (provider: string): string => provider.slice(0, provider.lastIndexOf("::"));

const isDefaultProvider = (urn: string): boolean => /::pulumi:providers:[^:]+::default(_|$)/.test(urn);

/**
 * URNs that each custom resource waits for before it is registered: what its inputs and options name, its provider, its parent, and
 * what its enclosing components wait for. A component among them stands for everything in it.
 */
export function dependencies(resources: readonly StateResource[]): ReadonlyMap<string, readonly string[]> {
  const live = resources.filter((resource) => resource.delete !== true && resource.type !== stackType);
  const byUrn = new Map(live.map((resource) => [resource.urn, resource]));
  const children = new Map<string, StateResource[]>();
  for (const resource of live)
    if (resource.parent !== undefined)
      children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);

  const contents = (urn: string): readonly string[] =>
    (children.get(urn) ?? []).flatMap((child) => (child.custom ? [child.urn] : []).concat(contents(child.urn)));

  const own = ({
    dependencies = [],
    propertyDependencies,
    provider,
    deletedWith,
  }: StateResource): readonly string[] => [
    ...dependencies,
    ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
    ...(provider ? [urnOfProvider(provider)] : []),
    ...(deletedWith ? [deletedWith] : []),
  ];

  const waitsFor = (resource: StateResource): readonly string[] => {
    const found = new Set<string>();
    const ancestors = new Set<string>();
    const wanted: string[] = [];
    for (let at: StateResource | undefined = resource; at; at = byUrn.get(at.parent ?? "")) {
      wanted.push(...own(at));
      if (at !== resource) ancestors.add(at.urn);
      // A parent with a state of its own is there before its child is registered.
      if (at !== resource && at.custom) found.add(at.urn);
    }
    for (const urn of wanted) {
      if (byUrn.get(urn)?.custom) found.add(urn);
      else if (!ancestors.has(urn)) for (const content of contents(urn)) found.add(content);
    }
    found.delete(resource.urn);
    return [...found];
  };

  const graph = new Map(live.filter(({ custom }) => custom).map((resource) => [resource.urn, waitsFor(resource)]));
  for (const urn of [...graph.keys()].filter(isDefaultProvider)) {
    // The engine makes it when the first resource asks for it, so it waits for what that one waits for. A state keeps their order.
    const user = live.find(({ provider }) => provider !== undefined && urnOfProvider(provider) === urn);
    graph.set(
      urn,
      (graph.get(user?.urn ?? "") ?? []).filter((dependency) => dependency !== urn),
    );
  }
  return graph;
}

/** The same graph the other way round: a delete waits for the deletes of what depends on it. */
export function reversed(graph: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const turned = new Map<string, string[]>([...graph.keys()].map((urn) => [urn, []]));
  for (const [urn, waits] of graph) for (const dependency of waits) turned.get(dependency)?.push(urn);
  return turned;
}
